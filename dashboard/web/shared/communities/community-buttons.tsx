import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionCommunity } from '#contracts/rest.ts';
import { currentLanguage } from '../locales/i18n.ts';
import { FailureWords } from '../rest/failure-words.tsx';

interface CommunityButtonsProps {
  communities: readonly SessionCommunity[];
  /** The one that is marked, where there is one, and with what words. */
  marked: { id: string | undefined; words: string };
  onChoose: (community: string) => Promise<void>;
  /** True where nothing else is on the page: Enter takes the first. */
  takesFocus?: boolean;
}

/** A button for each community, by its name in the page's language. */
export function CommunityButtons({ communities, marked, onChoose, takesFocus }: CommunityButtonsProps) {
  const { t } = useTranslation();
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const choose = (community: string) => {
    setSending(true);
    setFailure(undefined);
    // Once chosen the page is another one, or the button of it is gone.
    onChoose(community)
      .catch(setFailure)
      .finally(() => setSending(false));
  };
  return (
    <>
      <ul className="communities" data-testid="communities">
        {communities.map(({ id, nameZh, nameEn }, index) => (
          <li key={id}>
            <button
              type="button"
              className="communities__one"
              // biome-ignore lint/a11y/noAutofocus: the page asks nothing but this, and Enter goes on
              autoFocus={takesFocus === true && index === 0}
              disabled={isSending}
              onClick={() => choose(id)}
            >
              <bdi className="communities__name">{currentLanguage() === 'en' ? nameEn : nameZh}</bdi>
              {id === marked.id && <span>✓ {marked.words}</span>}
            </button>
          </li>
        ))}
      </ul>
      <FailureWords failure={failure} />
      {isSending && <p role="status">{t('link.connecting')}</p>}
    </>
  );
}
