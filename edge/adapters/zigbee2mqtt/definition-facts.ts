import type { KnownDevice } from './bridge-devices.ts';

/** What is known of a device by its model, and its exposes do not tell. */
export interface DefinitionFacts {
  /** Keys that only ever say that something happened, e.g. `sos` of a button: true comes, false never does. */
  momentaryKeys: ReadonlySet<string>;
}

const momentaryByModel: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['SEB01ZB', new Set(['sos'])],
  ['PB206', new Set(['sos'])],
]);
const none: ReadonlySet<string> = new Set();

/** The facts of a device's definition; of a device in no list nothing is known. */
export function definitionFacts({ model }: KnownDevice): DefinitionFacts {
  return { momentaryKeys: (model !== undefined && momentaryByModel.get(model)) || none };
}
