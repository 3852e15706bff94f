import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { RuntimeError } from './errors.ts';
import { withoutPort } from './network-of.ts';

/** The proxies whose word is believed on whom a connection or request comes from. */
export interface TrustedProxies {
  /** True for the address of one of them. */
  has(address: string | undefined): boolean;
  /**
   * The address a request is from: the last in `X-Forwarded-For` that is no proxy of ours, since what stands before it
   * is what a stranger wrote. The other end of the connection where that is no proxy.
   */
  clientOf(request: IncomingMessage): string;
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** True for an address as it is written out in full; ipaddr.js alone takes `10.1` and `0x7f.1` for one too. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/**
 * Reads a list of proxies.
 *
 * @param list Addresses and networks such as `10.0.0.0/8`, separated by commas; none where empty.
 * @param setting Named where the list is wrong.
 * @throws {RuntimeError} `SETTING_INVALID` naming the entry that is neither.
 */
export function readTrustedProxies(list: string, setting: string): TrustedProxies {
  const networks = list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => readNetwork(entry, setting));
  const has = (address: string | undefined): boolean => {
    if (networks.length === 0 || !address || !isAddress(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some(
      ([network, bits]) =>
        network.kind() === parsed.kind() && (parsed as ipaddr.IPv4).match(network as ipaddr.IPv4, bits),
    );
  };
  return {
    has,
    clientOf: ({ socket, headers }) => {
      const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
      let client = socket.remoteAddress ?? 'unknown';
      while (has(client)) {
        const before = withoutPort(forwarded.pop()?.trim() ?? '');
        if (!isAddress(before)) break;
        client = before;
      }
      return client;
    },
  };
}

function readNetwork(entry: string, setting: string): Network {
  const [address = '', bits] = entry.split('/');
  if (isAddress(address) && (bits === undefined || ipaddr.isValidCIDR(entry))) {
    if (bits !== undefined) return ipaddr.parseCIDR(entry);
    const parsed = ipaddr.process(address);
    return [parsed, parsed.kind() === 'ipv4' ? 32 : 128];
  }
  throw new RuntimeError(
    'SETTING_INVALID',
    `${setting}: "${entry}" is no address or network, e.g. 10.0.0.5 or 10.1.0.0/16`,
  );
}
