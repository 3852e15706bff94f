import { protocol } from './config.ts';
import type { TerminalEvent } from './terminal-event.ts';

/** The terminal by its MAC; one that keeps it to itself by its IP address, so that it can be found. */
export function terminalOf({ mac, ipAddress }: Pick<TerminalEvent, 'mac' | 'ipAddress'>): string {
  return mac ?? ipAddress?.replaceAll(/[^A-Za-z0-9._-]/g, '-') ?? 'unknown';
}

/** Address of a door, a zone or a channel of a terminal. */
export function addressOf(terminal: string, place: string): string {
  return `${protocol}:${terminal}/${place}`;
}
