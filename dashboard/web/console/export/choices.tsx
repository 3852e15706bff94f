import { useId } from 'react';

/** One of a few, all in sight: radio buttons under a legend. */
export function Choices<T extends string>(props: {
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
