import { Input } from 'antd';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeskPlace, findPlaces, type SearchablePlace } from './place-search.ts';

/** Places offered at once; typing on narrows them down. */
const maxOffered = 8;

interface PlaceInputProps {
  places: readonly SearchablePlace[];
  /** The place meant; undefined while nothing is typed. What is not in the list counts as it is typed. */
  onChange: (place: DeskPlace | undefined) => void;
}

/** Where: a text field that offers the community's places. @see WAI-ARIA 1.2 combobox with listbox popup */
export function PlaceInput({ places, onChange }: PlaceInputProps) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const offered = isOpen ? offersFor(places, text) : [];

  const choose = (place: DeskPlace) => {
    setText(place.label);
    setOpen(false);
    onChange(place);
  };
  const type = (typed: string) => {
    setText(typed);
    setOpen(true);
    setActive(0);
    const label = typed.trim();
    onChange(label ? (places.find(({ place }) => place.label === label)?.place ?? { label }) : undefined);
  };
  const leave = () => {
    const found = findPlaces(places, text);
    const only = found.length === 1 ? found[0] : undefined;
    if (isOpen && only) choose(only);
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const place = offered[active];
    if (!place) return;
    if (event.key === 'ArrowDown') setActive((active + 1) % offered.length);
    else if (event.key === 'ArrowUp') setActive((active + offered.length - 1) % offered.length);
    else if (event.key === 'Enter') choose(place);
    else if (event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="place-input">
      <label htmlFor={id}>{t('create.place')}</label>
      <Input
        id={id}
        role="combobox"
        autoComplete="off"
        maxLength={128}
        placeholder={t('create.placeHint')}
        aria-autocomplete="list"
        aria-expanded={offered.length > 0}
        aria-controls={offered.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={offered.length > 0 ? `${id}-${active}` : undefined}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
      {offered.length > 0 && (
        <div className="place-input__list" role="listbox" id={`${id}-list`} aria-label={t('create.place')}>
          {offered.map((place, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option.
            <div
              key={place.label}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(place);
              }}
            >
              {isTyped(place, text) ? t('create.placeFree', { text: place.label }) : <bdi>{place.label}</bdi>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

const isTyped = (place: DeskPlace, text: string) =>
  place.building === undefined && place.label === text.trim();

/** The places found, and last the words as they stand: for the pond, the back gate, the road outside. */
function offersFor(places: readonly SearchablePlace[], text: string): DeskPlace[] {
  const label = text.trim();
  if (!label) return [];
  const found = findPlaces(places, text).slice(0, maxOffered);
  return found.some((place) => place.label === label) ? found : [...found, { label }];
}
