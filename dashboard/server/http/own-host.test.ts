import { expect, test } from 'vitest';
import { isOwnOrigin } from './own-host.ts';

test.each([
  ['http://10.0.0.5:8080', '10.0.0.5:8080', undefined, true],
  ['https://watch.example', 'watch.example', undefined, true],
  [undefined, '10.0.0.5:8080', undefined, true],
  ['http://evil.example', '10.0.0.5:8080', undefined, false],
  ['http://10.0.0.5:9999', '10.0.0.5:8080', undefined, false],
  ['null', '10.0.0.5:8080', undefined, false],
  ['', '10.0.0.5:8080', undefined, false],
  ['http://10.0.0.5:8080', undefined, undefined, false],
  ['https://watch.example', '127.0.0.1:8080', 'https://watch.example', true],
  ['http://127.0.0.1:8080', '127.0.0.1:8080', 'https://watch.example', false],
])('a request from %s to %s, pages being opened under %s, is own: %s', (origin, host, publicOrigin, own) => {
  expect(isOwnOrigin({ origin, host }, publicOrigin)).toBe(own);
});
