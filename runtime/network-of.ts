import ipaddr from 'ipaddr.js';

/**
 * The network of an address, by which limits count: an IPv4 address by itself, an IPv6 address
 * by its first 64 bits, because whoever has one has all of them.
 *
 * @param address As sockets or proxies give it; `::ffff:` before an IPv4 address is left out, and so is a port, which
 * would make every connection another stranger.
 * @returns `203.0.113.7`, `2001:db8:0:1::/64`, or the text itself where it is no address.
 */
export function networkOf(address: string): string {
  const bare = withoutPort(address);
  if (!ipaddr.isValid(bare)) return address;
  const parsed = ipaddr.process(bare);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const parts = [...(parsed as ipaddr.IPv6).parts.slice(0, 4), 0, 0, 0, 0];
  return `${new ipaddr.IPv6(parts).toString()}/64`;
}

/** An address without its port: some proxies write `203.0.113.7:4711` and `[2001:db8::1]:4711`. */
export function withoutPort(text: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
