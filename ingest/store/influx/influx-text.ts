import { escape as escaping } from '@influxdata/influxdb-client';

/** What no version's tags hold alike: a backslash escapes what follows it, a line break ends the line. */
const unholdable = /[\\\n\r\t]/g;
/** The same characters where they stand for them: private ones of Unicode, as file systems do it. */
const standIns = /[\uF05C\uF00A\uF00D\uF009]/g;
const shift = 0xf000;

/** A tag's value for line protocol. */
export function tagText(value: string): string {
  return escaping.tag(heldText(value));
}

/** A value as an InfluxQL text literal, to be compared with a tag or with `time`. */
export function literal(value: string): string {
  return `'${heldText(value).replaceAll("'", "\\'")}'`;
}

/** A tag's value as it was given to `tagText`. */
export function givenText(value: string): string {
  return value.replace(standIns, (character) => String.fromCharCode(character.charCodeAt(0) - shift));
}

function heldText(value: string): string {
  return value.replace(unholdable, (character) => String.fromCharCode(character.charCodeAt(0) + shift));
}
