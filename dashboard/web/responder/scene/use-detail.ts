import { useCallback, useEffect, useState } from 'react';
import type { IncidentDetail } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';

/** An incident's timeline and arrival info as last read, and why they could not be read. */
export interface Detail {
  detail: IncidentDetail | undefined;
  failure: Error | undefined;
  again: () => void;
}

/** Reads the detail of an incident, anew with every version; what was read before stays until then. */
export function useDetail(id: string, version: number): Detail {
  const [detail, setDetail] = useState<IncidentDetail>();
  const [failure, setFailure] = useState<Error>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version, or another try, is what asks for reading.
  useEffect(() => {
    let isCurrent = true;
    api.incident(id).then(
      (read) => {
        if (!isCurrent) return;
        setDetail(read);
        setFailure(undefined);
      },
      (error: Error) => {
        if (isCurrent) setFailure(error);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [id, version, tries]);
  const again = useCallback(() => setTries((before) => before + 1), []);
  return { detail, failure, again };
}
