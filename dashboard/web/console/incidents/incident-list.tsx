import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';
import { IncidentCard } from './incident-card.tsx';

/** Cards drawn at first and with every "more": a storm must not make the page slow. */
const pageSize = 100;

/** A list of incident cards: one tab stop, arrow keys between the cards. */
export function IncidentList({
  incidents,
  onShow,
}: {
  incidents: readonly Incident[];
  onShow: (id: string) => void;
}) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(pageSize);
  const [selected, setSelected] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const shown = incidents.slice(0, limit);
  const selectedShown = shown.some(({ id }) => id === selected) ? selected : shown[0]?.id;
  useKeptFocus(list, shown);
  useArrowsFromAnywhere(list);

  return (
    <>
      <ul
        className="incident-list"
        ref={list}
        onKeyDown={moveByArrow}
        onFocus={(event) => {
          const card = event.target.closest<HTMLElement>('[data-incident]');
          if (card) setSelected(card.dataset.incident);
        }}
      >
        {shown.map((incident) => (
          <li key={incident.id}>
            <IncidentCard incident={incident} isSelected={incident.id === selectedShown} onShow={onShow} />
          </li>
        ))}
      </ul>
      {incidents.length > limit && (
        <button type="button" className="more" onClick={() => setLimit(limit + pageSize)}>
          {t('incidents.more', { n: Math.min(pageSize, incidents.length - limit), total: incidents.length })}
        </button>
      )}
    </>
  );
}

const cardsIn = (list: Element) => [...list.querySelectorAll<HTMLElement>('[data-incident]')];

function moveByArrow(event: KeyboardEvent<HTMLUListElement>): void {
  const step = stepOf(event.key);
  const current = document.activeElement?.closest<HTMLElement>('[data-incident]');
  if (step === 0 || !current) return;
  const cards = cardsIn(event.currentTarget);
  const next = cards[cards.indexOf(current) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const stepOf = (key: string) => (key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0);

/** An arrow key pressed while nothing has the focus goes to the selected card. */
function useArrowsFromAnywhere(list: React.RefObject<HTMLUListElement | null>): void {
  useEffect(() => {
    const enter = (event: globalThis.KeyboardEvent) => {
      if (stepOf(event.key) === 0 || document.activeElement !== document.body) return;
      const card = list.current?.querySelector<HTMLElement>('[data-incident][tabindex="0"]');
      if (!card) return;
      event.preventDefault();
      card.focus();
    };
    document.addEventListener('keydown', enter);
    return () => document.removeEventListener('keydown', enter);
  }, [list]);
}

/**
 * Gives the focus back to the card that had it: an acknowledged card moves down the list, and its button goes, both of
 * which would drop the focus of somebody who works by keyboard.
 */
function useKeptFocus(list: React.RefObject<HTMLUListElement | null>, shown: readonly Incident[]): void {
  const focused = useRef<string>(undefined);
  useEffect(() => {
    const remember = (event: Event) => {
      const target = event.target as Element;
      focused.current = list.current?.contains(target)
        ? target.closest<HTMLElement>('[data-incident]')?.dataset.incident
        : undefined;
    };
    document.addEventListener('focusin', remember);
    document.addEventListener('pointerdown', remember);
    return () => {
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', remember);
    };
  }, [list]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus may be lost whenever the cards change.
  useLayoutEffect(() => {
    if (!focused.current || document.activeElement !== document.body || !list.current) return;
    cardsIn(list.current)
      .find((card) => card.dataset.incident === focused.current)
      ?.focus({ preventScroll: true });
  }, [list, shown]);
}
