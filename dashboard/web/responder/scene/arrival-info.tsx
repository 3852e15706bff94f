import { useTranslation } from 'react-i18next';
import type { IncidentBrief } from '#contracts/rest.ts';
import { CallLink } from '../../shared/phone/call-link.tsx';

/** What to know on arrival: who lives there, what to mind, whom to call. */
export function Brief({ brief }: { brief: IncidentBrief | undefined }) {
  const { t } = useTranslation();
  const isEmpty = !brief || (brief.residents.length === 0 && brief.family.length === 0);
  return (
    <section className="panel brief" data-testid="brief">
      <h3>{t('responder.scene.brief')}</h3>
      {isEmpty && <p>{t('responder.scene.noBrief')}</p>}
      {brief?.residents.map(({ id, name, livesAlone, arrivalNote }) => (
        <div key={id}>
          <p>
            <bdi>{name ?? t('responder.scene.resident')}</bdi>
            {livesAlone && <> · {t('responder.scene.alone')}</>}
          </p>
          {arrivalNote && (
            <p className="brief__note">
              <bdi>{arrivalNote}</bdi>
            </p>
          )}
        </div>
      ))}
      {brief && brief.family.length > 0 && (
        <>
          <h4>{t('responder.scene.family')}</h4>
          {brief.family.map(({ name, phone }) =>
            phone ? (
              <CallLink
                key={name}
                number={phone}
                words={t('responder.scene.call', { name })}
                isMain={false}
              />
            ) : (
              <p key={name}>
                <bdi>{name}</bdi> · {t('responder.scene.noPhone')}
              </p>
            ),
          )}
        </>
      )}
    </section>
  );
}
