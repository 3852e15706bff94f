import ipaddr from 'ipaddr.js';

/**
 * The network a stranger's address stands for, under which limits count: an IPv4 address by itself, an IPv6 address
 * by its first 64 bits, because whoever has one has all of them.
 *
 * @param address As sockets give it; `::ffff:` before an IPv4 address is left out.
 * @returns `203.0.113.7`, `2001:db8:0:1::/64`, or the text itself where it is no address.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const parts = [...(parsed as ipaddr.IPv6).parts.slice(0, 4), 0, 0, 0, 0];
  return `${new ipaddr.IPv6(parts).toString()}/64`;
}
