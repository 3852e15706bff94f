import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recognizeForeign } from './foreign-protocol.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const ascii = (text: string) => Buffer.from(text, 'latin1');

// First bytes as devices and clients were recorded sending them.
const cases: [name: string, head: Buffer, protocol: string, device?: string][] = [
  ['JT/T 808, SOS', hex('7e0200002e094027587492000a0000000100'), 'JT/T 808', '94027587492'],
  ['JT/T 808, heartbeat', hex('7e0002000004304832546500b7ca7e'), 'JT/T 808', '43048325465'],
  ['JT/T 808 of 2019', hex('7e 0002 4000 01 00000000013800138000 0001 7e'), 'JT/T 808', '13800138000'],
  ['JT/T 808, 7d in the phone', hex('7e 0002 0000 01 7d01 12345678 0001 33 7e'), 'JT/T 808'],
  ['GT06 login', hex('78780d0103578570450596660007444f0d0a'), 'GT06', '357857045059666'],
  ['GT06 position', hex('78781f120f0b080a1c04c9002370090b24b3f016d444020d0507e500300f05a421250d0a'), 'GT06'],
  ['GT06, long form', hex('79790020940a08681201562093520460041215703040898607b2'), 'GT06'],
  ['IW login', ascii('IWAP00353456789012345#'), 'IW', '353456789012345'],
  [
    'IW position',
    ascii('IWAP01080524A2232.9806N11404.9355E000.1061830323.8706000908000102,460,0,9520,3671#'),
    'IW',
  ],
  ['Gator heartbeat', hex('24 24 21 00 06 12 34 56 78 08 0d'), 'Gator'],
  ['TLS ClientHello', hex('16 03 01 02 00 01 00 01 fc 03 03'), 'TLS'],
  ['HTTP', ascii('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'HTTP'],
  ['Hikvision terminal', ascii('POST /isapi/a-secret-of-tests HTTP/1.1\r\n'), 'Hikvision ISAPI'],
  ['MQTT CONNECT', hex('10 10 00 04 4d 51 54 54 04 02 00 3c 00 04 74 65 73 74'), 'MQTT'],
  ['H02', ascii('*HQ,356823036777600,V1,000000,V,2833.1376,N,'), 'H02', '356823036777600'],
  ['GPS103', ascii('##,imei:459710040537525,A;'), 'GPS103', '459710040537525'],
  ['an encrypted watch', hex('ff41515348002b01000000895a95df5825f7cc85dc'), 'AQSH (encrypted 3G watch)'],
];

test.each(cases)(
  'recognizes %s at both ports, and what its device calls itself',
  (_, head, protocol, device) => {
    for (const adapter of ['watch-3g', 'gb26875']) {
      expect(recognizeForeign(head, adapter)).toEqual(device ? { protocol, device } : { protocol });
    }
  },
);

test('a fire panel at the watch port is foreign, and a watch at the panel port', () => {
  const panel = hex('404000000101000f09180b1a060504030201000000000000 0c00 02 010101010000');
  const watch = ascii('[3G*9705141740*0009*LK,0,0,53]');
  expect(recognizeForeign(panel, 'watch-3g')).toEqual({ protocol: 'GB/T 26875.3', device: '010203040506' });
  expect(recognizeForeign(watch, 'gb26875')).toEqual({ protocol: '3G watch', device: '9705141740' });
  expect(recognizeForeign(panel, 'gb26875')).toBeUndefined();
  expect(recognizeForeign(watch, 'watch-3g')).toBeUndefined();
});

test('any bytes are judged without a throw, and noise is no protocol', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      recognizeForeign(Buffer.from(bytes), 'watch-3g');
    }),
    { numRuns: 2000 },
  );
  for (const noise of ['@', '[]', '[', '\0', '\xff', 'xxxx', 'hello', '\r\n', '$$G970,']) {
    expect(recognizeForeign(ascii(noise.repeat(20)), 'watch-3g'), noise).toBeUndefined();
  }
});
