import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ElderList } from '#contracts/elder.ts';

/** A big button for each elder; a relative who follows nobody is told what it takes. */
export function ElderChooser({ elders }: { elders: ElderList['elders'] }) {
  const { t } = useTranslation();
  if (elders.length === 0) {
    return (
      <section className="panel" data-testid="no-elder">
        <h1>{t('family.none')}</h1>
        <p>{t('family.noneAdvice')}</p>
      </section>
    );
  }
  return (
    <>
      <h1>{t('family.chooser')}</h1>
      <ul className="chooser">
        {elders.map(({ id, name, place }) => (
          <li key={id}>
            <button type="button" className="big-button" onClick={() => chooseElder(id)}>
              <span>
                <bdi>{name}</bdi>
                <br />
                <bdi className="chooser__place">{place}</bdi>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The elder chosen, from the address, so that the phone's own "back" leads back to the choice. */
export function useChosenElder(): string | undefined {
  return useSyncExternalStore(subscribe, read);
}

/** Chooses an elder, or goes back to the choice. */
export function chooseElder(id: string | undefined): void {
  location.hash = id === undefined ? '' : `#${encodeURIComponent(id)}`;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function read(): string | undefined {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}
