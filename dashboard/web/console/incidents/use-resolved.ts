import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Incident } from '#contracts/incident.ts';
import { api } from '../../shared/rest/api.ts';
import { useConsole, useLiveState } from '../page/console-context.ts';
import { incidentLists, joinIncidents, newestResolvedFirst } from './incident-order.ts';

const dayMs = 86_400_000;

/** Incidents resolved in the last 24 hours, newest first: what the platform tells, and what this page saw since. */
export function useResolved(): {
  resolved: readonly Incident[];
  isPending: boolean;
  failure: Error | null;
  retry: () => void;
} {
  const { clock } = useConsole();
  const live = useLiveState(incidentLists);
  const query = useQuery({ queryKey: ['resolved'], queryFn: () => api.incidents(clock.now() - dayMs) });
  const told = query.data?.incidents;
  const resolved = useMemo(() => {
    const since = clock.now() - dayMs;
    const known = joinIncidents(told ?? [], live.resolved, live.open);
    return newestResolvedFirst(known).filter(({ resolvedAt }) => (resolvedAt ?? 0) >= since);
  }, [told, live, clock]);
  return { resolved, isPending: query.isPending, failure: query.error, retry: () => void query.refetch() };
}
