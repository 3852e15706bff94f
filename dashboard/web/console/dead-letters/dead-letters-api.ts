import { useQueryClient } from '@tanstack/react-query';
import type {
  DeadLetterDetail,
  DeadLetterFilter,
  DeadLetterList,
  DeviceRegistered,
  DiscardDeadLetter,
  RegisterDevice,
  Replayed,
  ReplayedMany,
  ReplayMany,
} from '#contracts/dead-letters.ts';
import { request } from '../../shared/rest/request.ts';

const path = '/api/dead-letters';

function queryOf(filter: DeadLetterFilter & { before?: number | undefined }): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

/** Address of the file that holds the dead letters of a filter. */
export function exportOf(filter: DeadLetterFilter): string {
  return `${path}/export?${queryOf(filter)}`;
}

/** The platform's REST interface for dead letters; every call throws `RequestFailed`. */
export const deadLettersApi = {
  list: (filter: DeadLetterFilter, before?: number) =>
    request<DeadLetterList>('GET', `${path}?${queryOf({ ...filter, before })}`),
  detail: (id: number) => request<DeadLetterDetail>('GET', `${path}/${id}`),
  replay: (id: number) => request<Replayed>('POST', `${path}/${id}/replay`),
  replayMany: (of: ReplayMany) => request<ReplayedMany>('POST', `${path}/replay`, of),
  discard: (id: number, why: DiscardDeadLetter) => request<void>('POST', `${path}/${id}/discard`, why),
  register: (id: number, device: RegisterDevice) =>
    request<DeviceRegistered>('POST', `${path}/${id}/register`, device),
};

/** Name of the queries of the list. */
export const deadLettersKey = 'deadLetters';

/** Reads the list anew. */
export function useReadListAnew(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: [deadLettersKey] });
}
