import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { IncidentDetail } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';
import { useLiveState } from '../page/console-context.ts';

/** A newer version is read after so long, with whatever came in meanwhile, in ms: each reading is audited. */
const gatherMs = 300;

/** One incident with its timeline, read again when the live state knows a newer version. */
export function useIncidentDetail(id: string): {
  detail: IncidentDetail | undefined;
  failure: Error | null;
  retry: () => void;
} {
  const live = useLiveState((state) => state.incidents.get(id));
  const query = useQuery({ queryKey: ['incident', id], queryFn: () => api.incident(id), staleTime: 0 });
  const { refetch, isFetching, isError } = query;
  const isBehind =
    live !== undefined && query.data !== undefined && live.version > query.data.incident.version;
  useEffect(() => {
    if (!isBehind || isFetching || isError) return;
    const timer = setTimeout(() => void refetch(), gatherMs);
    return () => clearTimeout(timer);
  }, [isBehind, isFetching, isError, refetch]);

  const detail = query.data && isBehind ? { ...query.data, incident: live } : query.data;
  return { detail, failure: query.error, retry: () => void refetch() };
}
