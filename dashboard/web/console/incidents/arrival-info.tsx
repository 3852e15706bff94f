import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentBrief } from '#contracts/rest.ts';

/** 到场须知: who lives there, what to know at the door, and relatives to call by one tap. */
export function Brief({ brief: { residents, family } }: { brief: IncidentBrief }) {
  const { t } = useTranslation();
  const id = useId();
  if (residents.length === 0 && family.length === 0) return null;
  return (
    <section className="brief" aria-labelledby={id} data-testid="brief">
      <h3 id={id}>{t('brief.heading')}</h3>
      <ul className="brief__residents">
        {residents.map((resident) => (
          <li key={resident.id}>
            <p>
              <strong>
                <bdi>{resident.name ?? t('brief.resident')}</bdi>
              </strong>{' '}
              {resident.livesAlone && <span className="mark">{t('brief.livesAlone')}</span>}
            </p>
            {resident.arrivalNote && (
              <p className="brief__note">
                <bdi>{resident.arrivalNote}</bdi>
              </p>
            )}
          </li>
        ))}
      </ul>
      {family.length > 0 && (
        <ul className="brief__family" aria-label={t('brief.family')}>
          {family.map(({ name, phone }) => (
            <li key={`${name} ${phone ?? ''}`}>
              <bdi>{name}</bdi>
              {phone ? (
                <a
                  className="plain-button brief__call"
                  href={`tel:${phone.replace(/[^\d+]/g, '')}`}
                  aria-label={t('brief.callNamed', { name, phone })}
                >
                  <span aria-hidden="true">☎</span> <bdi>{phone}</bdi>
                </a>
              ) : (
                <span className="muted">{t('brief.noPhone')}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
