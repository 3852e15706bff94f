import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { IncidentDetail } from '#contracts/rest.ts';
import { api } from '../../shared/rest/api.ts';
import { useLiveState } from '../page/console-context.ts';

/**
 * One incident with its timeline. It is read again when the live state knows a newer version, one reading at a time,
 * so a storm on one incident costs a reading a round trip and not one an alarm.
 */
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
    if (isBehind && !isFetching && !isError) void refetch();
  }, [isBehind, isFetching, isError, refetch]);

  const detail = query.data && isBehind ? { ...query.data, incident: live } : query.data;
  return { detail, failure: query.error, retry: () => void refetch() };
}
