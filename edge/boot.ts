import { readFileSync } from 'node:fs';

/** Names this boot of the machine; undefined where the system does not tell it. */
export function readBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds since the machine booted: the same clock in every process, unmoved by changes of the time. */
export function sinceBootMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
