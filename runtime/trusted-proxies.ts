import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { RuntimeError } from './errors.ts';

/** The reverse proxies whose X-Forwarded headers are believed. */
export interface TrustedProxies {
  /** Whether an address is one of theirs. */
  has(address: string | undefined): boolean;
  /** Where a request comes from: the last address that no trusted proxy has, the socket's own without a proxy. */
  clientOf(request: IncomingMessage): string;
}

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Reads the list of proxies.
 *
 * @param list Addresses and networks (`10.0.0.0/8`) by comma; none where empty.
 * @param setting Named where the list is wrong.
 * @throws {RuntimeError} `SETTING_INVALID` naming what is neither.
 */
export function readTrustedProxies(list: string, setting: string): TrustedProxies {
  const networks = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => readNetwork(part, setting));
  const has = (address: string | undefined): boolean => {
    if (address === undefined || !ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match([network, bits]),
    );
  };
  return {
    has,
    clientOf: ({ socket, headers }) => {
      const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
      let client = socket.remoteAddress ?? 'unknown';
      while (has(client)) {
        const before = forwarded.pop()?.trim();
        if (!before) break;
        client = before;
      }
      return client;
    },
  };
}

function readNetwork(part: string, setting: string): Network {
  try {
    if (part.includes('/')) return ipaddr.parseCIDR(part);
    const address = ipaddr.process(part);
    return [address, address.kind() === 'ipv4' ? 32 : 128] as Network;
  } catch (error) {
    throw new RuntimeError(
      'SETTING_INVALID',
      `${setting}: "${part}" is neither an address nor a network such as 10.0.0.0/8`,
      { cause: error },
    );
  }
}
