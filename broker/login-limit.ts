/** Bounds of the login limit. */
export interface LoginLimitOptions {
  failures: number;
  windowMs: number;
  refusalMs: number;
  maxAddresses: number;
}

interface Failures {
  since: number;
  count: number;
  refusedUntil: number;
}

/**
 * Counts failed sign-ins by address.
 *
 * It says only which failing CONNECTs are no longer worth a look into the registry or a log line: a right
 * secret is taken from any address, else whoever shares a gateway's address could silence its alarms.
 */
export class LoginLimit {
  readonly #options: LoginLimitOptions;
  readonly #byAddress = new Map<string, Failures>();

  constructor(options: LoginLimitOptions) {
    this.#options = options;
  }

  /** True while an address is refused. */
  isRefused(address: string, now: number): boolean {
    return (this.#byAddress.get(address)?.refusedUntil ?? 0) > now;
  }

  /** Counts a failure; returns true where it is the one that makes the address refused. */
  fail(address: string, now: number): boolean {
    const { failures, windowMs, refusalMs, maxAddresses } = this.#options;
    let entry = this.#byAddress.get(address);
    if (!entry || now - entry.since >= windowMs) {
      // Put in anew, so that the map's order is that of the windows and its first is the oldest.
      this.#byAddress.delete(address);
      entry = { since: now, count: 0, refusedUntil: entry?.refusedUntil ?? 0 };
      this.#byAddress.set(address, entry);
      if (this.#byAddress.size > maxAddresses) this.#forgetOldest();
    }
    entry.count++;
    if (entry.count < failures || entry.refusedUntil > now) return false;
    entry.refusedUntil = now + refusalMs;
    entry.since = now;
    entry.count = 0;
    return true;
  }

  /** Addresses remembered. */
  get size(): number {
    return this.#byAddress.size;
  }

  #forgetOldest(): void {
    for (const address of this.#byAddress.keys()) {
      this.#byAddress.delete(address);
      return;
    }
  }
}
