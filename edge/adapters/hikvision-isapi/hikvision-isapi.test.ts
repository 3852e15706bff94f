import { request } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventKinds } from '#contracts/facts/event-kinds.ts';
import {
  bodiesOf,
  contentTypeOfCase,
  forced,
  openAdapter,
  postAll,
  settingsFor,
  testNow,
  testToken,
} from '../../testing/post-to-hikvision.ts';
import { createRecordingContext, readable, readCases } from '../../testing/recording-context.ts';
import { eventCodes } from './event-codes.ts';
import { createEventIntake } from './event-intake.ts';
import { createHikvisionAdapter } from './hikvision-isapi.ts';

const folder = join(import.meta.dirname, 'testcases');
const cases = readCases(folder);
const now = testNow;
test.each(cases)('reads the recorded case $name', async ({ name, input, now: at, expected }) => {
  const context = createRecordingContext(at);
  const answers = await postAll(context, bodiesOf(input), contentTypeOfCase(join(folder, name)));
  expect({ observations: readable(context.accepted), answers, counts: context.counts }).toEqual(expected);
});

test('no name and no whole card number is ever taken', () => {
  for (const { expected } of cases) {
    expect(JSON.stringify(expected)).not.toMatch(/1234567890|9988776655|"resident"|JFIF/);
  }
});

test('every code has a kind, and begins or ends only what can end', () => {
  for (const [code, { kind, active }] of eventCodes) {
    expect([code, active === undefined || 'hasEnd' in eventKinds[kind]]).toEqual([code, true]);
  }
});

test('an alarm of a panel whose two codes disagree was taken for its end: it begins', async () => {
  const context = createRecordingContext(testNow);
  const message = (CIDEvent: object) =>
    Buffer.from(
      JSON.stringify({
        macAddress: 'c0:51:7e:11:22:33',
        dateTime: '2026-11-24T09:15:00+08:00',
        eventType: 'cidEvent',
        eventState: 'active',
        CIDEvent: { zone: 1, ...CIDEvent },
      }),
    );
  const codes = [
    { code: 1759, standardCIDcode: 3130 },
    { code: 3103, standardCIDcode: 3130 },
  ];
  await postAll(context, codes.map(message));
  expect(context.accepted.map(({ body }) => body)).toMatchObject([
    { kind: 'intrusion', active: true, code: 'cid 1130' },
    { kind: 'intrusion', active: false, code: 'cid 3130' },
  ]);
});

test('an SOS of an intercom that only its alarm type names was filed as a state of the device: it is an alarm', async () => {
  const context = createRecordingContext(testNow);
  const message = (fields: object) =>
    Buffer.from(
      JSON.stringify({
        macAddress: 'c0:51:7e:11:22:33',
        dateTime: '2026-11-24T09:15:00+08:00',
        eventState: 'active',
        ...fields,
      }),
    );
  await postAll(context, [
    message({ eventType: 'videoIntercomAlarm', VideoIntercomAlarm: { alarmType: 'SOS' } }),
    message({ eventType: 'behaviorResult', BehaviorResult: [{ Alarm: { behaviorEventType: 'failDown' } }] }),
    message({ eventType: 'videoIntercomEvent', VoiceTalkEvent: { cmdType: 'request', alarmType: 'tamper' } }),
    message({ eventType: 'fireEscapeDetection', DetectionRegionList: [{ targetType: 'fireVehicle' }] }),
  ]);
  expect(context.accepted.map(({ body }) => body)).toMatchObject([
    { kind: 'generic-alarm', code: 'videoIntercomAlarm', text: 'SOS' },
    { kind: 'generic-alarm', code: 'behaviorResult', text: 'failDown' },
    { kind: 'device-info', code: 'videoIntercomEvent' },
    { kind: 'device-info', code: 'fireEscapeDetection' },
  ]);
});

test('no message throws, whatever its fields hold', () => {
  const field = fc.constantFrom(
    ...['EventNotificationAlert', 'AccessControllerEvent', 'eventType', 'majorEventType', 'subEventType'],
    ...[
      'doorNo',
      'serialNo',
      'macAddress',
      'dateTime',
      'currentEvent',
      'employeeNoString',
      'cardNo',
      '__proto__',
    ],
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(
        1,
        5,
        27,
        1028,
        'AccessControllerEvent',
        'heartBeat',
        '2026-11-24T09:15:00',
        'c0517eaabbcc',
      ),
      fc.dictionary(field, tie('any'), { maxKeys: 6 }),
    ),
  })).any;
  fc.assert(
    fc.property(
      fc.oneof(
        value.map((any) => JSON.stringify(any) ?? ''),
        fc.string(),
        fc.constant('<a>'),
      ),
      (text) => {
        createEventIntake(createRecordingContext(now)).accept(Buffer.from(text), '10.0.3.17');
      },
    ),
    { numRuns: 500 },
  );
});

test('an element whose name fills the message threw, and its terminal was told to send it again', async () => {
  const { adapter, post } = await openAdapter();
  expect(await post(`<${'Event'.repeat(12_000)}><eventType>IO</eventType>`)).toBe(200);
  await adapter.close();
});

test('answers 503 while the outbox is full, and 200 once the terminal tries again', async () => {
  const { context, adapter, post } = await openAdapter();
  context.full = true;
  expect(await post(forced)).toBe(503);
  context.full = false;
  expect(await post(forced)).toBe(200);
  expect(context.accepted).toHaveLength(1);
  await adapter.close();
});

test('refuses another path and another source without reading the body', async () => {
  const { context, adapter, post } = await openAdapter();
  expect(await post(forced, '/isapi/some-other-token-of-mine')).toBe(404);
  expect(await post(forced, '/')).toBe(404);
  expect(context.counts['wrong-path']).toBe(2);
  await adapter.close();
  const listed = await openAdapter({ allowedSources: '10.0.3.0/24,fd00::/8' });
  expect(await listed.post(forced)).toBe(403);
  await listed.adapter.close();
  const allowed = await openAdapter({ allowedSources: '10.0.3.0/24,127.0.0.1' });
  expect(await allowed.post(forced)).toBe(200);
  await allowed.adapter.close();
  expect([context.accepted.length, listed.context.accepted.length, allowed.context.accepted.length]).toEqual([
    0, 0, 1,
  ]);
});

test('an event of more than 64 KiB, and a body beyond the limit, are told to a person and do not hold the terminal up', async () => {
  const { context, adapter, post } = await openAdapter({ maxBodyBytes: 200_000 });
  expect(await post(`{"eventType":"AccessControllerEvent","x":"${'x'.repeat(70_000)}"}`)).toBe(200);
  expect(await post(Buffer.alloc(200_001))).toBe(200);
  expect(context.accepted).toMatchObject([
    { body: { kind: 'unreadable-alarm', text: expect.stringContaining('AccessControllerEvent') } },
    { body: { kind: 'unreadable-alarm' } },
  ]);
  expect(context.counts).toMatchObject({ 'unreadable-frames': 2, 'oversize-bodies': 1 });
  await adapter.close();
});

test('a large picture behind the event is passed over', async () => {
  const { context, adapter, post } = await openAdapter();
  const boundary = '--b\r\nContent-Disposition: form-data; name=';
  const body = Buffer.concat([
    Buffer.from(`${boundary}"event_log"\r\n\r\n${forced}\r\n`),
    Buffer.from(`${boundary}"Picture"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`),
    Buffer.alloc(3_000_000, 0xd8),
    Buffer.from('\r\n--b--\r\n'),
  ]);
  expect(await post(body, undefined, 'multipart/form-data; boundary=b')).toBe(200);
  expect(context.accepted).toHaveLength(1);
  await adapter.close();
});

test('an event whose picture never arrives is taken all the same', async () => {
  const { context, adapter } = await openAdapter();
  const body = `--b\r\nContent-Disposition: form-data; name="event_log"\r\n\r\n${forced}\r\n--b\r\nContent-Disposition: form-data; name="Picture"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\nhalf`;
  const broken = new Promise<void>((resolve) => {
    const sent = request({
      port: adapter.port,
      path: `/isapi/${testToken}`,
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 100_000 },
    });
    sent.on('error', () => resolve());
    sent.write(body);
    context.onAccepted = () => sent.destroy();
  });
  await broken;
  expect(context.accepted).toMatchObject([{ body: { kind: 'door-forced' } }]);
  await adapter.close();
});

test('a body without a content type is read by what it holds', async () => {
  const { context, adapter } = await openAdapter();
  const response = await fetch(`http://127.0.0.1:${adapter.port}/isapi/${testToken}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(forced)),
  });
  expect(response.status).toBe(200);
  expect(context.accepted).toHaveLength(1);
  await adapter.close();
});

test('a missing token, a wrong source and a taken port stop the start naming the setting', async () => {
  const context = createRecordingContext(now);
  await expect(
    createHikvisionAdapter(Object.assign(context, { settings: settingsFor({ token: undefined }) })),
  ).rejects.toThrow(/EDGE_HIKVISION_TOKEN is not set/);
  await expect(
    createHikvisionAdapter(
      Object.assign(context, { settings: settingsFor({ allowedSources: '10.0.3.0/64' }) }),
    ),
  ).rejects.toThrow(/EDGE_HIKVISION_ALLOWED_SOURCES: "10.0.3.0\/64" is no address or network/);
  const { adapter } = await openAdapter();
  await expect(
    createHikvisionAdapter(Object.assign(context, { settings: settingsFor({ port: adapter.port }) })),
  ).rejects.toThrow(/set EDGE_HIKVISION_PORT to another/);
  await adapter.close();
});
