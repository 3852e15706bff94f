import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident, Outcome } from '#contracts/incident.ts';
import { api } from '../../shared/rest/api.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { useAction } from '../../shared/rest/use-action.ts';

/** An incident just resolved, which may still be undone. */
export interface Resolved {
  incident: Incident;
  outcome: Outcome;
}

/** How long an end can be undone from the bar, in s; afterwards from the incident itself. */
const undoSeconds = 10;

interface UndoBarProps {
  resolved: Resolved;
  /** No drawer is open over the page. */
  isUncovered: boolean;
  onGone: () => void;
}

/** Says what was just resolved and undoes it; a failed undo stays until it is dealt with. */
export function UndoBar({ resolved, isUncovered, onGone }: UndoBarProps) {
  const { t } = useTranslation();
  const { incident, outcome } = resolved;
  const [left, setLeft] = useState(undoSeconds);
  const reopen = useAction<object, ActionDone>((body) => api.reopen(incident.id, body), onGone);
  const isHeld = reopen.isPending || reopen.error !== null;

  useEffect(() => {
    if (isHeld) return;
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000);
    return () => clearInterval(timer);
  }, [isHeld]);
  useEffect(() => {
    if (left <= 0) onGone();
  }, [left, onGone]);

  // The button that had the focus goes with the drawer, which holds the focus until it is gone: the next Tab leads
  // to the undo.
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isUncovered) return;
    const frame = requestAnimationFrame(() => bar.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [isUncovered]);

  return (
    <div className="undo-bar" data-testid="undo-bar" ref={bar} tabIndex={-1}>
      <p role="status">
        {t('resolve.done', { place: incident.place.label, outcome: t(`outcome.${outcome}`) })}
      </p>
      <Button size="large" disabled={reopen.isPending} onClick={() => reopen.mutate({})}>
        {t('resolve.undo', { seconds: Math.max(0, left) })}
      </Button>
      {reopen.error && (
        <Button size="large" onClick={onGone}>
          {t('detail.close')}
        </Button>
      )}
      <FailureWords failure={reopen.error} />
    </div>
  );
}
