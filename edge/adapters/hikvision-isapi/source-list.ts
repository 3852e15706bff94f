import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { RuntimeError } from '#runtime/errors.ts';

/**
 * Reads the setting `allowedSources` into a test of addresses.
 *
 * @throws {RuntimeError} `SETTING_INVALID` naming the entry that is no address or network.
 */
export function createSourceList(setting: string): (address: string | undefined) => boolean {
  const entries = setting.split(',').filter(Boolean);
  if (entries.length === 0) return () => true;
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry);
  return (address) => {
    const plain = address?.startsWith('::ffff:') ? address.slice(7) : (address ?? '');
    return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const longest = family === 'ipv4' ? 32 : 128;
  if (!family || (prefix !== undefined && Number(prefix) > longest)) {
    throw new RuntimeError(
      'SETTING_INVALID',
      `EDGE_HIKVISION_ALLOWED_SOURCES: "${entry}" is no address or network, e.g. 10.0.3.0/24`,
    );
  }
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}
