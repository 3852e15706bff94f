import ipaddr from 'ipaddr.js';
import {
  Command,
  IPv4ProxyAddress,
  IPv6ProxyAddress,
  V1BinaryProxyProtocol,
  V2ProxyProtocol,
} from 'proxy-protocol-js';
import { isAddress } from '#runtime/trusted-proxies.ts';

/** A PROXY header: its length in bytes, and the client's address; undefined where the proxy is the client. */
export interface ProxyHeader {
  length: number;
  address: string | undefined;
}

const v1Begin = Buffer.from('PROXY ');
const v2Begin = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
/** Longest header of version 1, its end included. */
const maxV1Bytes = 107;
const v2FixedBytes = 16;
/** Longest rest of a version 2 header; we need none of its extensions. */
const maxV2Bytes = 2048;

/** True where the bytes are, or may become, the beginning of a PROXY header. */
export function mayBeProxyHeader(bytes: Buffer): boolean {
  return [v1Begin, v2Begin].some((begin) => begins(bytes, begin));
}

/**
 * Reads the PROXY header, version 1 or 2, at the front of a connection.
 *
 * @returns undefined while it is not whole, `invalid` where it never will be.
 * @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | 'invalid' | undefined {
  // The library reads whole headers only, so the end is found here.
  const length = begins(bytes, v1Begin)
    ? v1Length(bytes)
    : begins(bytes, v2Begin)
      ? v2Length(bytes)
      : 'invalid';
  if (length === undefined || length === 'invalid') return length;
  const header = bytes.subarray(0, length);
  try {
    const address = header[0] === v1Begin[0] ? v1Address(header) : v2Address(header);
    return { length, address };
  } catch {
    return 'invalid';
  }
}

function begins(bytes: Buffer, begin: Buffer): boolean {
  const common = Math.min(bytes.length, begin.length);
  return bytes.subarray(0, common).equals(begin.subarray(0, common));
}

function v1Length(bytes: Buffer): number | 'invalid' | undefined {
  const end = bytes.subarray(0, maxV1Bytes).indexOf('\r\n');
  if (end >= 0) return end + 2;
  return bytes.length < maxV1Bytes ? undefined : 'invalid';
}

function v2Length(bytes: Buffer): number | 'invalid' | undefined {
  if (bytes.length < v2FixedBytes) return undefined;
  const rest = bytes.readUInt16BE(v2FixedBytes - 2);
  if (rest > maxV2Bytes) return 'invalid';
  return bytes.length < v2FixedBytes + rest ? undefined : v2FixedBytes + rest;
}

function v1Address(header: Buffer): string | undefined {
  // The protocol allows a short form, which the library refuses.
  if (header.toString('latin1').startsWith('PROXY UNKNOWN')) return undefined;
  return validAddress(V1BinaryProxyProtocol.parse(header).source.ipAddress);
}

function v2Address(header: Buffer): string | undefined {
  const { command, proxyAddress } = V2ProxyProtocol.parse(header);
  // The proxy's own health check.
  if (command === Command.LOCAL) return undefined;
  if (!(proxyAddress instanceof IPv4ProxyAddress || proxyAddress instanceof IPv6ProxyAddress))
    return undefined;
  return ipaddr.fromByteArray([...proxyAddress.sourceAddress.address]).toString();
}

function validAddress(text: string): string {
  if (!isAddress(text)) throw new TypeError(`"${text}" is no address`);
  return text;
}
