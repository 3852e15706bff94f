import { useTranslation } from 'react-i18next';
import type { ArrivalInfo as ArrivalInfoData } from '#contracts/rest.ts';
import { CallLink } from '../../shared/phone/call-link.tsx';

/** What to know on arrival: who lives there, what to mind, whom to call. */
export function ArrivalInfo({ info }: { info: ArrivalInfoData | undefined }) {
  const { t } = useTranslation();
  const isEmpty = !info || (info.residents.length === 0 && info.family.length === 0);
  return (
    <section className="panel arrival-info" data-testid="arrival-info">
      <h3>{t('responder.scene.arrivalInfo')}</h3>
      {isEmpty && <p>{t('responder.scene.noArrivalInfo')}</p>}
      {info?.residents.map(({ id, name, livesAlone, arrivalNote }) => (
        <div key={id}>
          <p>
            <bdi>{name ?? t('responder.scene.resident')}</bdi>
            {livesAlone && <> · {t('responder.scene.alone')}</>}
          </p>
          {arrivalNote && (
            <p className="arrival-info__note">
              <bdi>{arrivalNote}</bdi>
            </p>
          )}
        </div>
      ))}
      {info && info.family.length > 0 && (
        <>
          <h4>{t('responder.scene.family')}</h4>
          {info.family.map(({ name, phone }) =>
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
