import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  countDays,
  type ExportFormat,
  type ExportQuery,
  type ExportSubject,
  exportFormats,
  exportPath,
  exportSubjects,
  maxExportDays,
  maxExportRows,
} from '#contracts/export.ts';
import { FailureWords } from '../../shared/rest/failure-words.tsx';
import { failureOf, RequestFailed } from '../../shared/rest/request.ts';
import { useConsole } from '../page/console-context.ts';

type Fault = 'missing' | 'reversed' | 'tooLong';

function faultOf(days: Pick<ExportQuery, 'from' | 'to'>): Fault | undefined {
  if (!days.from || !days.to) return 'missing';
  const count = countDays(days);
  if (count < 1) return 'reversed';
  return count > maxExportDays ? 'tooLong' : undefined;
}

/** Asks what, of which days and how; then says that it runs, that it is there, or why not. */
export function ExportForm() {
  const { t, i18n } = useTranslation();
  const { clock, session } = useConsole();
  const id = useId();
  const timeZone = session.community.timezone;
  // The Swedish locale writes a day as the input takes it, yyyy-mm-dd.
  const [today] = useState(() =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(clock.now()),
  );
  const [subject, setSubject] = useState<ExportSubject>('incidents');
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [days, setDays] = useState({ from: today, to: today });
  const [wasTried, setTried] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const [taken, setTaken] = useState<string>();
  const [failure, setFailure] = useState<Error>();
  const fault = faultOf(days);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault || isRunning) return;
    setRunning(true);
    setTaken(undefined);
    setFailure(undefined);
    takeExport(subject, { ...days, format, language: i18n.language.startsWith('zh') ? 'zh' : 'en' })
      .then(setTaken, setFailure)
      .finally(() => setRunning(false));
  };
  const day = (part: 'from' | 'to') => (
    <span className="export__day">
      <label htmlFor={`${id}-${part}`}>{t(`export.${part}`)}</label>
      <Input
        id={`${id}-${part}`}
        type="date"
        max={today}
        data-testid={`export-${part}`}
        aria-invalid={wasTried && fault !== undefined}
        aria-describedby={`${id}-limit`}
        value={days[part]}
        onChange={(event) => setDays({ ...days, [part]: event.target.value })}
      />
    </span>
  );
  return (
    <form className="export" onSubmit={submit} noValidate data-testid="export">
      <p>{t('export.about')}</p>
      <Choices
        legend={t('export.subject')}
        all={exportSubjects}
        chosen={subject}
        words={(one) => t(`export.subjects.${one}`)}
        onChoose={setSubject}
      />
      <fieldset className="export__group">
        <legend>{t('export.days')}</legend>
        {day('from')}
        {day('to')}
        <p id={`${id}-limit`} className="muted">
          {t('export.limit', { days: maxExportDays, rows: maxExportRows.toLocaleString('en') })}
        </p>
      </fieldset>
      <Choices
        legend={t('export.format')}
        all={exportFormats}
        chosen={format}
        words={(one) => t(`export.formats.${one}`)}
        onChoose={setFormat}
      />
      {wasTried && fault && (
        <p role="alert" className="failure">
          {t(`export.fault.${fault}`, { days: maxExportDays })}
        </p>
      )}
      <Button type="primary" size="large" htmlType="submit" disabled={isRunning} data-testid="take-export">
        {t(isRunning ? 'export.running' : 'export.submit')}
      </Button>
      <p role="status">{taken !== undefined && t('export.done', { name: taken })}</p>
      <ExportFailure failure={failure} />
    </form>
  );
}

function ExportFailure({ failure }: { failure: Error | undefined }) {
  const { t } = useTranslation();
  const words = (text: string) => (
    <p role="alert" className="failure">
      {text}
    </p>
  );
  if (failure instanceof ExportBrokenOff) return words(t('export.brokenOff'));
  if (failure instanceof RequestFailed && failure.status === 429) {
    return words(t('export.busy', { seconds: failure.retryAfterSeconds ?? 60 }));
  }
  return <FailureWords failure={failure} />;
}

/** One of a few, all in sight: radio buttons under a legend. */
function Choices<T extends string>(props: {
  legend: string;
  all: readonly T[];
  chosen: T;
  words: (one: T) => string;
  onChoose: (one: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className="export__group">
      <legend>{props.legend}</legend>
      {props.all.map((one) => (
        <label key={one} className="export__choice">
          <input
            type="radio"
            name={name}
            value={one}
            checked={one === props.chosen}
            onChange={() => props.onChoose(one)}
          />
          {props.words(one)}
        </label>
      ))}
    </fieldset>
  );
}

/** An export that began and was broken off; nothing of it is kept. */
class ExportBrokenOff extends Error {}

/**
 * Takes an export to its end and hands it to the browser as a file.
 *
 * It is read whole before it is saved: a link would leave half a file behind where the server breaks off.
 *
 * @returns Name of the file, as the server gave it.
 * @throws {RequestFailed} when refused or unanswered, {ExportBrokenOff} where it did not come to its end.
 */
async function takeExport(subject: ExportSubject, query: ExportQuery): Promise<string> {
  const response = await fetch(exportPath(subject, query), { credentials: 'same-origin' }).catch((cause) => {
    throw new RequestFailed(0, { message: 'no answer' }, undefined, { cause });
  });
  if (!response.ok) throw await failureOf(response);
  const file = await response.blob().catch((cause) => {
    throw new ExportBrokenOff('the export was broken off', { cause });
  });
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? subject;
  save(file, name);
  return name;
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
