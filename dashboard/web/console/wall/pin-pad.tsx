import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** Digits of a PIN. */
export const pinLength = 6;
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

interface PinPadProps {
  label: string;
  pin: string;
  isDisabled: boolean;
  onChange: (pin: string) => void;
}

/** Takes a PIN by touch, mouse or keyboard, and shows dots, never digits. */
export function PinPad({ label, pin, isDisabled, onChange }: PinPadProps) {
  const { t } = useTranslation();
  const pad = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (!isDisabled) pad.current?.focus();
  }, [isDisabled]);

  const type = (digit: string) => {
    if (!isDisabled && pin.length < pinLength) onChange(pin + digit);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^\d$/.test(event.key)) type(event.key);
    else if (event.key === 'Backspace' && !isDisabled) onChange(pin.slice(0, -1));
    else if (event.key === 'Delete' && !isDisabled) onChange('');
    else return;
    event.preventDefault();
  };
  const key = (digit: string) => (
    <button
      key={digit}
      type="button"
      className="pin-pad__key"
      disabled={isDisabled}
      onClick={() => type(digit)}
    >
      {digit}
    </button>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: digits are typed here; a field would offer to keep them.
    <fieldset className="pin-pad" ref={pad} tabIndex={0} onKeyDown={onKeyDown} aria-label={label}>
      <p className="pin-pad__dots" aria-hidden="true" data-testid="pin-dots">
        {Array.from({ length: pinLength }, (_, index) => (index < pin.length ? '●' : '○')).join(' ')}
      </p>
      <p className="visually-hidden" role="status">
        {t('acting.typed', { n: pin.length, of: pinLength })}
      </p>
      <div className="pin-pad__keys">
        {digits.map(key)}
        <button
          type="button"
          className="pin-pad__key pin-pad__key--words"
          disabled={isDisabled}
          onClick={() => onChange('')}
        >
          {t('acting.clear')}
        </button>
        {key('0')}
        <button
          type="button"
          className="pin-pad__key pin-pad__key--words"
          aria-label={t('acting.back')}
          disabled={isDisabled}
          onClick={() => onChange(pin.slice(0, -1))}
        >
          <span aria-hidden="true">⌫</span>
        </button>
      </div>
    </fieldset>
  );
}
