import { useTranslation } from 'react-i18next';
import type { Incident } from '#contracts/incident.ts';

/** A shape of its own for each level, so that colour never speaks alone. */
const shapes = {
  red: 'M8 2h8l6 6v8l-6 6H8l-6-6V8z',
  orange: 'M12 2l11 20H1z',
  yellow: 'M12 1l11 11-11 11L1 12z',
  blue: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z',
} as const satisfies Record<Incident['level'], string>;

/** A level by shape, word and colour. */
export function LevelMark({ level }: { level: Incident['level'] }) {
  const { t } = useTranslation();
  return (
    <span className={`level-mark level-mark--${level}`}>
      <svg viewBox="0 0 24 24" width="1.15em" height="1.15em" aria-hidden="true">
        <path d={shapes[level]} fill="currentColor" />
      </svg>
      {t(`level.${level}`)} {t(`levelGrade.${level}`)}
    </span>
  );
}
