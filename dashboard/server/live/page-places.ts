/** Who takes a place in the live rooms. */
export interface PageOwner {
  /** Hash of the session id. */
  session: string;
  community: string;
  /** Id of the person in their community. */
  person: string;
  isWall: boolean;
}

/** A page's place, held until it is given back. */
export interface PagePlace {
  /** Set by whoever has the page: lets go of it, because another needs the place more. */
  cut: () => void;
  release(): void;
}

/** Bounds of the live rooms. */
export interface PageLimits {
  /** Pages of people at once. Walls do not count: their number is bounded by enrolment. */
  maxPages: number;
  maxPagesPerSession: number;
  maxPagesPerPerson: number;
}

/** The places in the live rooms; taken before a connection is made, so that nobody unknown holds one. */
export interface PagePlaces {
  /**
   * Takes a place; at `maxPages` the person with the most pages gives one up for whoever has fewer.
   *
   * @returns Undefined where there is none for this owner.
   */
  acquire(owner: PageOwner): PagePlace | undefined;
}

/** Creates the places. */
export function createPagePlaces(limits: PageLimits): PagePlaces {
  const bySession = new Map<string, number>();
  const byPerson = new Map<string, Set<PagePlace>>();
  let pages = 0;

  const mostOf = (): Set<PagePlace> => {
    let most = new Set<PagePlace>();
    for (const places of byPerson.values()) if (places.size > most.size) most = places;
    return most;
  };
  const makeRoomFor = (own: number): boolean => {
    const most = mostOf();
    const [oldest] = most;
    if (!oldest || most.size <= own + 1) return false;
    oldest.cut();
    oldest.release();
    return true;
  };

  return {
    acquire: ({ session, community, person: id, isWall }) => {
      const person = `${community}/${id}`;
      const ofSession = bySession.get(session) ?? 0;
      if (ofSession >= limits.maxPagesPerSession) return undefined;
      const own = byPerson.get(person) ?? new Set<PagePlace>();
      if (!isWall) {
        if (own.size >= limits.maxPagesPerPerson) return undefined;
        if (pages >= limits.maxPages && !makeRoomFor(own.size)) return undefined;
      }
      let isHeld = true;
      const place: PagePlace = {
        cut: () => undefined,
        release: () => {
          if (!isHeld) return;
          isHeld = false;
          const left = (bySession.get(session) ?? 1) - 1;
          if (left === 0) bySession.delete(session);
          else bySession.set(session, left);
          if (isWall) return;
          pages -= 1;
          own.delete(place);
          if (own.size === 0 && byPerson.get(person) === own) byPerson.delete(person);
        },
      };
      bySession.set(session, ofSession + 1);
      if (!isWall) {
        pages += 1;
        byPerson.set(person, own.add(place));
      }
      return place;
    },
  };
}
