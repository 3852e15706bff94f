import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** By which names the pages may be opened. */
export interface OwnNames {
  /** Origin pages are opened under, where one is set. */
  publicOrigin: string | undefined;
  /** Further host names, by comma. */
  hostNames: string;
  /** Name of this machine, as its network knows it. */
  machine: string;
}

const hostForm = /^(?:[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Creates the check of the host that a request names. A foreign page can have its own name point at our address and
 * would then pass as a page of ours; it cannot make a browser name an address, this machine or what is configured.
 */
export function createHostCheck(names: OwnNames): (host: string | undefined) => boolean {
  const machine = names.machine.toLowerCase();
  const known = new Set([
    ...(names.publicOrigin === undefined ? [] : [new URL(names.publicOrigin).hostname]),
    ...names.hostNames.split(',').map((name) => name.trim().toLowerCase()),
    machine,
    `${machine}.local`,
  ]);
  known.delete('');
  return (host) => {
    if (host === undefined || !hostForm.test(host) || !URL.canParse(`http://${host}`)) return false;
    const name = new URL(`http://${host}`).hostname.replace(/\.$/, '');
    if (name === 'localhost' || name.endsWith('.localhost')) return true;
    return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || known.has(name);
  };
}

/** The host a request names: behind a proxy of ours that says so, the one the proxy was asked for. */
export function hostOf(
  { headers, socket }: IncomingMessage,
  isProxy: (address: string) => boolean,
): string | undefined {
  const forwarded = headers['x-forwarded-host'];
  if (forwarded === undefined || !isProxy(socket.remoteAddress ?? '')) return headers.host;
  return String(forwarded).split(',').at(-1)?.trim();
}

/**
 * Whether a request comes from a page of ours. A browser names the origin on every request that changes
 * something and on every WebSocket; without one it is a program, which no foreign page can drive.
 *
 * @param request `origin` and `host` headers.
 * @param publicOrigin Origin pages are opened under; absent where the Host header says it.
 */
export function isOwnOrigin(
  request: { origin?: string | undefined; host?: string | undefined },
  publicOrigin: string | undefined,
): boolean {
  const { origin, host } = request;
  if (origin === undefined) return true;
  if (publicOrigin !== undefined) return origin === publicOrigin;
  return URL.canParse(origin) && new URL(origin).host === host;
}
