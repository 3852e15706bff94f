import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArrivalInfo as ArrivalInfoData } from '#contracts/rest.ts';

/** 到场须知: who lives there, what to know at the door, and relatives to call by one tap. */
export function ArrivalInfo({ info: { residents, family } }: { info: ArrivalInfoData }) {
  const { t } = useTranslation();
  const id = useId();
  if (residents.length === 0 && family.length === 0) return null;
  return (
    <section className="arrival-info" aria-labelledby={id} data-testid="arrival-info">
      <h3 id={id}>{t('arrivalInfo.heading')}</h3>
      <ul className="arrival-info__residents">
        {residents.map((resident) => (
          <li key={resident.id}>
            <p>
              <strong>
                <bdi>{resident.name ?? t('arrivalInfo.resident')}</bdi>
              </strong>{' '}
              {resident.livesAlone && <span className="mark">{t('arrivalInfo.livesAlone')}</span>}
            </p>
            {resident.arrivalNote && (
              <p className="arrival-info__note">
                <bdi>{resident.arrivalNote}</bdi>
              </p>
            )}
          </li>
        ))}
      </ul>
      {family.length > 0 && (
        <ul className="arrival-info__family" aria-label={t('arrivalInfo.family')}>
          {family.map(({ name, phone }) => (
            <li key={`${name} ${phone ?? ''}`}>
              <bdi>{name}</bdi>
              {phone ? (
                <a
                  className="plain-button arrival-info__call"
                  href={`tel:${phone.replace(/[^\d+]/g, '')}`}
                  aria-label={t('arrivalInfo.callNamed', { name, phone })}
                >
                  <span aria-hidden="true">☎</span> <bdi>{phone}</bdi>
                </a>
              ) : (
                <span className="muted">{t('arrivalInfo.noPhone')}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
