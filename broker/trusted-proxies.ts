import ipaddr from 'ipaddr.js';
import { RuntimeError } from '#runtime/errors.ts';

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** True for an address as it is written out in full; ipaddr.js alone takes `10.1` and `0x7f.1` for one too. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** True for an address that the setting names. */
export type IsTrustedProxy = (address: string | undefined) => boolean;

/**
 * Reads the setting `trustedProxies`: addresses and networks separated by commas.
 *
 * @throws {RuntimeError} `SETTING_INVALID` naming the entry that is neither.
 */
export function readTrustedProxies(setting: string): IsTrustedProxy {
  const networks = setting
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(readNetwork);
  return (address) => {
    if (networks.length === 0 || !address || !isAddress(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some(
      ([network, bits]) =>
        network.kind() === parsed.kind() && (parsed as ipaddr.IPv4).match(network as ipaddr.IPv4, bits),
    );
  };
}

/**
 * The address a request is from: the last in `X-Forwarded-For` that is no proxy of ours, since what stands before it
 * is what a stranger wrote.
 *
 * @param peer Address of the connection's other end.
 * @param header All values of the header joined by commas, as Node gives them.
 */
export function forwardedFor(peer: string, header: string | undefined, isTrusted: IsTrustedProxy): string {
  let from = peer;
  for (const entry of (header ?? '').split(',').toReversed()) {
    if (!isTrusted(from)) break;
    const address = withoutPort(entry.trim());
    if (!isAddress(address)) break;
    from = address;
  }
  return from;
}

function readNetwork(entry: string): Network {
  const [address = '', bits] = entry.split('/');
  if (isAddress(address) && (bits === undefined || ipaddr.isValidCIDR(entry))) {
    if (bits !== undefined) return ipaddr.parseCIDR(entry);
    const parsed = ipaddr.process(address);
    return [parsed, parsed.kind() === 'ipv4' ? 32 : 128];
  }
  throw new RuntimeError(
    'SETTING_INVALID',
    `BROKER_TRUSTED_PROXIES: "${entry}" is no address or network, e.g. 10.0.0.5 or 10.1.0.0/16`,
  );
}

/** Some proxies write `203.0.113.7:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
