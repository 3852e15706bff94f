import { useTranslation } from 'react-i18next';
import { kindWords } from '#contracts/facts/kind-words.ts';
import type { Incident } from '#contracts/incident.ts';
import { currentLanguage } from '../../shared/locales/i18n.ts';
import { CallLink } from '../../shared/phone/call-link.tsx';
import { useResponder } from '../page/responder-context.ts';

/** Public emergency numbers of mainland China. */
const numbers = { medical: '120', fire: '119', police: '110' } as const;
const kinds = ['medical', 'fire', 'police'] as const;

/** 120, 119 and 110 a press away, with the address to read out. Nothing here ever calls by itself. */
export function OutsideHelp({ incident }: { incident: Incident }) {
  const { t } = useTranslation();
  const { community } = useResponder().session;
  const { place, kind } = incident;
  return (
    <section className="panel outside">
      <h3>{t('responder.outside.heading')}</h3>
      <div className="outside__numbers">
        {kinds.map((one) => (
          <CallLink key={one} number={numbers[one]} words={t(`responder.outside.${one}`)} isMain />
        ))}
      </div>
      <div className="outside__card">
        <p>{t('responder.outside.readOut')}</p>
        {/* Those who answer speak Chinese. */}
        <p lang="zh-CN" className="outside__address">
          <bdi>
            {community.nameZh}，{place.label}，{kindWords[kind].zh}
          </bdi>
        </p>
        {currentLanguage() === 'en' && (
          <p>
            <bdi>
              {community.nameEn}, {place.label}, {kindWords[kind].en}
            </bdi>
          </p>
        )}
      </div>
      <p className="muted">{t('responder.outside.manual')}</p>
    </section>
  );
}
