import { useTranslation } from 'react-i18next';
import type { ElderList } from '#contracts/elder.ts';
import { chooseElder } from '../page/chosen-elder.ts';

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
