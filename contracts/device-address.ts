import ipaddr from 'ipaddr.js';

/** Device protocols by the name that an address begins with: those that the agent has an adapter for. */
export const deviceProtocols = ['watch-3g', 'gb26875', 'hikvision-isapi', 'zigbee2mqtt', 'http'] as const;
export type DeviceProtocol = (typeof deviceProtocols)[number];

/** An address as its adapter writes it; or which part of it cannot be read, and what was expected there. */
export type ReadAddress =
  | { ok: true; address: string }
  | { ok: false; part: 'protocol' | 'identity' | 'component'; given: string; expected: string };

interface AddressForm {
  /** The identity as the adapter writes it; undefined where it is none. */
  identity(text: string): string | undefined;
  expectedIdentity: string;
  component: RegExp;
  expectedComponent: string;
}

const anyComponent = { component: /^[A-Za-z0-9._-]{1,64}$/, expectedComponent: 'letters, digits, . _ or -' };
const anyIdentity = /^[A-Za-z0-9._-]{1,64}$/;
const expectedName = '1 to 64 letters, digits, . _ or -';

const forms: Record<DeviceProtocol, AddressForm> = {
  'watch-3g': {
    identity: (text) => matching(withoutSeparators(text), /^[A-Za-z0-9]{5,20}$/),
    expectedIdentity: 'the ID printed on the watch, 10 digits, or its IMEI of 15',
    ...anyComponent,
  },
  gb26875: {
    identity: (text) => hexDigits(text, 12),
    expectedIdentity: "the transmitter's source address, 12 hexadecimal digits",
    component: /^\d{1,3}\.\d{1,3}(\.\d{1,5}){0,2}$/,
    expectedComponent: 'system type, system address, zone and point, such as 1.1.3.17',
  },
  'hikvision-isapi': {
    identity: (text) => hexDigits(withoutDots(text), 12) ?? ipAddress(text),
    expectedIdentity: "the terminal's MAC, 12 hexadecimal digits, or the IP address of one that sends none",
    ...anyComponent,
  },
  zigbee2mqtt: {
    // A device in no list is known by its topic, which may be any name.
    identity: (text) =>
      hexDigits(text, 16) ?? (/^0x|:/i.test(text) ? undefined : matching(text, anyIdentity)),
    expectedIdentity:
      'the IEEE address, 16 hexadecimal digits, or the topic of a device that speaks MQTT itself',
    ...anyComponent,
  },
  http: {
    identity: (text) => matching(text, anyIdentity),
    expectedIdentity: `the name that its sender posts: ${expectedName}`,
    ...anyComponent,
  },
};

/**
 * Reads a device's address as people write it down: as it is printed on the device, in capitals, with `0x`, with
 * dashes, colons or spaces, in full-width characters. An address that an adapter wrote comes out as it went in.
 *
 * @param text Protocol, colon, identity, and optionally `/` with a component: `zigbee2mqtt:0x00-12-4B-00-00-00-00-01`.
 */
export function readDeviceAddress(text: string): ReadAddress {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[\u200B-\u200F\uFEFF]/g, '')
    .trim();
  const colon = plain.indexOf(':');
  const protocol = (colon < 0 ? plain : plain.slice(0, colon)).trim().toLowerCase();
  if (colon < 0 || !isProtocol(protocol)) {
    const expected = `a protocol and a colon first, one of ${deviceProtocols.join(', ')}`;
    return { ok: false, part: 'protocol', given: protocol, expected };
  }
  const form = forms[protocol];
  const [own = '', ...parts] = plain.slice(colon + 1).split('/');
  const identity = form.identity(own.trim());
  if (identity === undefined) {
    return { ok: false, part: 'identity', given: own.trim(), expected: form.expectedIdentity };
  }
  if (parts.length === 0) return { ok: true, address: `${protocol}:${identity}` };
  const component = parts.join('/').trim();
  if (!form.component.test(component)) {
    return { ok: false, part: 'component', given: component, expected: form.expectedComponent };
  }
  return { ok: true, address: `${protocol}:${identity}/${component}` };
}

function isProtocol(name: string): name is DeviceProtocol {
  return (deviceProtocols as readonly string[]).includes(name);
}

function matching(text: string, pattern: RegExp): string | undefined {
  return pattern.test(text) ? text : undefined;
}

function withoutSeparators(text: string): string {
  return text.replaceAll(/[\s:\p{Dash_Punctuation}]/gu, '');
}

/** So many hexadecimal digits in lower case, with any separators removed. */
function hexDigits(text: string, count: number): string | undefined {
  const digits = withoutSeparators(text).replace(/^0x/i, '').toLowerCase();
  return digits.length === count && /^[0-9a-f]+$/.test(digits) ? digits : undefined;
}

/** A MAC in groups of four, as network devices print it. */
function withoutDots(text: string): string {
  return /^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$/i.test(text) ? text.replaceAll('.', '') : text;
}

/** As the adapter writes it: `-` for every colon of an IPv6 address. */
function ipAddress(text: string): string | undefined {
  const isAddress =
    ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text.replaceAll('-', ':'));
  return isAddress ? text.replaceAll(':', '-') : undefined;
}
