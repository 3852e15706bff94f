import type { OpenIncidentRequest, PlaceTree } from '#contracts/rest.ts';

/** A place an incident may be opened at. */
export type DeskPlace = OpenIncidentRequest['place'];

/** A place with what it is found by. */
export interface SearchablePlace {
  place: DeskPlace;
  tokens: readonly string[];
}

/** Every building, unit and dwelling of a community, coarser places before the finer ones in them. */
export function searchablePlaces(tree: PlaceTree): SearchablePlace[] {
  return tree.buildings.flatMap((building) => [
    searchable({ building: building.id, label: building.name }),
    ...building.units.flatMap((unit) => {
      const unitLabel = joined(building.name, unit.name);
      return [
        searchable({ building: building.id, unit: unit.id, label: unitLabel }),
        ...unit.dwellings.map((dwelling) =>
          searchable({
            building: building.id,
            unit: unit.id,
            dwelling: dwelling.id,
            label: joined(unitLabel, dwelling.label),
          }),
        ),
      ];
    }),
  ]);
}

/**
 * Places a person may mean: the words and numbers typed occur in this order, numbers whole except for the last
 * one, which may still be being typed. "3-2-50" finds "3栋2单元501".
 */
export function findPlaces(places: readonly SearchablePlace[], typed: string): DeskPlace[] {
  const wanted = tokensOf(typed);
  if (wanted.length === 0) return [];
  return places.filter(({ tokens }) => occursInOrder(tokens, wanted)).map(({ place }) => place);
}

const joined = (before: string, label: string) => (label.startsWith(before) ? label : `${before}${label}`);
const searchable = (place: DeskPlace): SearchablePlace => ({ place, tokens: tokensOf(place.label) });

function tokensOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/\d+[a-z]?|[^\d\s,，、.#-]+/g) ?? []
  );
}

function occursInOrder(tokens: readonly string[], wanted: readonly string[]): boolean {
  let next = 0;
  for (const token of tokens) {
    const want = wanted[next];
    if (want === undefined) break;
    if (isMeant(token, want, next === wanted.length - 1)) next += 1;
  }
  return next === wanted.length;
}

function isMeant(token: string, want: string, isLast: boolean): boolean {
  if (!/^\d/.test(want)) return token.includes(want);
  return isLast ? token.startsWith(want) : token === want;
}
