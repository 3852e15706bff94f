import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterContext } from '../adapters/adapter.ts';
import type { HikvisionSettings } from '../adapters/hikvision-isapi/config.ts';
import { createHikvisionAdapter } from '../adapters/hikvision-isapi/hikvision-isapi.ts';
import { createRecordingContext } from './recording-context.ts';

/** Gateway time of tests. */
export const testNow = Date.parse('2026-11-24T01:15:02.000Z');
/** The path's secret in tests. */
export const testToken = 'a-token-of-tests-only';

/** Posts bodies to an adapter of their own, one after another, and returns what was answered. */
export async function postAll(
  context: AdapterContext,
  bodies: Buffer[],
  contentType?: string,
): Promise<string[]> {
  const adapter = await createHikvisionAdapter(Object.assign(context, { settings: settingsFor() }));
  const answers: string[] = [];
  for (const body of bodies) {
    const response = await fetch(`http://127.0.0.1:${adapter.port}/isapi/${testToken}`, {
      method: 'POST',
      headers: { 'content-type': contentType ?? contentTypeOf(body) },
      body,
    });
    answers.push(`${response.status} ${await response.text()}`);
  }
  await adapter.close();
  return answers;
}

/** Settings with a free port. */
export function settingsFor(overrides: Partial<HikvisionSettings> = {}) {
  return {
    host: '127.0.0.1',
    port: 0,
    token: testToken,
    allowedSources: '',
    maxConnections: 10,
    maxBodyBytes: 10_485_760,
    ...overrides,
  };
}

/** The content type a case declares in `content-type.txt`, where that is not what its body holds. */
export function contentTypeOfCase(folder: string): string | undefined {
  const file = join(folder, 'content-type.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** The bodies of a case, which `%%` separates. */
export function bodiesOf(input: Buffer): Buffer[] {
  return input
    .toString('latin1')
    .split('\r\n%%\r\n')
    .map((body) => Buffer.from(body, 'latin1'));
}

function contentTypeOf(body: Buffer): string {
  const start = body.subarray(0, 60).toString('latin1');
  const boundary = /^--(\S+)/.exec(start)?.[1];
  if (boundary !== undefined) return `multipart/form-data; boundary=${boundary}`;
  return start.startsWith('<') ? 'application/xml' : 'application/json';
}

/** A door forced, told by a terminal that knows a name. */
export const forced = JSON.stringify({
  macAddress: 'c0:51:7e:aa:bb:cc',
  dateTime: '2026-11-24T09:15:00+08:00',
  eventType: 'AccessControllerEvent',
  AccessControllerEvent: { majorEventType: 5, subEventType: 27, doorNo: 1, serialNo: 303, name: 'resident' },
});

/** An adapter of its own, what it accepted, and how to post to it. */
export async function openAdapter(overrides = {}) {
  const context = createRecordingContext(testNow);
  const adapter = await createHikvisionAdapter(Object.assign(context, { settings: settingsFor(overrides) }));
  const post = async (body: string | Buffer, path = `/isapi/${testToken}`, type = 'application/json') => {
    const response = await fetch(`http://127.0.0.1:${adapter.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  };
  return { context, adapter, post };
}
