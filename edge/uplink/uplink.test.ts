import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { exampleCommand } from '#contracts/command.ts';
import { AlarmMessage, GatewayState, schemaVersion } from '#contracts/gateway-messages.ts';
import { createValidator } from '#contracts/validate.ts';
import { silentLog } from '#runtime/log.ts';
import { createGatewayClock, maxRoundTripMs } from '../clock.ts';
import { createTestFolder, heartRate, openTestOutbox, sos } from '../testing/open-test-outbox.ts';
import { TestPlatform } from '../testing/test-platform.ts';
import { Uplink, type UplinkOptions } from './uplink.ts';

async function openTestUplink(options: Partial<UplinkOptions> = {}, platform = new TestPlatform()) {
  const clock = createGatewayClock({ system: () => Date.now(), monotonic: () => performance.now() });
  const { outbox, counters } = openTestOutbox(createTestFolder(), { clock, telemetryFlushMs: 5 });
  await platform.open();
  onTestFinished(() => platform.close());
  const connect = () => {
    const uplink = new Uplink({
      outbox,
      clock,
      counters,
      log: silentLog(),
      url: `mqtt://127.0.0.1:${platform.port}`,
      community: 'demo',
      gateway: 'gateway-1',
      password: 'secret',
      heartbeatIntervalMs: 60_000,
      resendAfterMs: 60_000,
      reconnectMaxMs: 20,
      adapters: () => ['watch-3g'],
      version: '0.1.0',
      onCommand: ({ id }) => counters.add(`command ${id}`),
      random: () => 0,
      ...options,
    });
    onTestFinished(() => uplink.close());
    return uplink;
  };
  const isEmpty = () =>
    (['alarm', 'telemetry'] as const).every(
      (lane) => outbox.extent(lane).oldest > outbox.extent(lane).newest,
    );
  const drained = () => vi.waitFor(() => expect(isEmpty()).toBe(true), { timeout: 10_000, interval: 5 });
  return { platform, outbox, counters, clock, connect, drained };
}

const codesOf = (platform: TestPlatform) =>
  platform.records.map(({ body }) => ('code' in body ? Number(body.code) : body.type));

describe('a session', () => {
  it('begins with a birth that tells what is held, then sends alarms before telemetry', async () => {
    const { platform, outbox, connect, drained } = await openTestUplink();
    for (let value = 1; value <= 450; value++) outbox.accept([heartRate(value)]);
    outbox.accept([sos(1), sos(2)]);
    outbox.flush();
    connect();
    await drained();
    const [birth] = platform.states;
    expect(createValidator(GatewayState)(birth)).toMatchObject({ ok: true });
    expect(birth).toMatchObject({
      status: 'birth',
      held: [
        { epoch: outbox.epoch, lane: 'alarm', oldest: 1, newest: 2 },
        { epoch: outbox.epoch, lane: 'telemetry', oldest: 1, newest: 450 },
      ],
      adapters: ['watch-3g'],
      heartbeatIntervalMs: 60_000,
    });
    expect(platform.messages).toEqual([
      { name: 'alarm', records: 1 },
      { name: 'alarm', records: 1 },
      { name: 'telemetry', records: 200 },
      { name: 'telemetry', records: 200 },
      { name: 'telemetry', records: 50 },
    ]);
    const message = { schemaVersion, record: platform.records[0] };
    expect(createValidator(AlarmMessage)(message)).toMatchObject({ ok: true });
  });

  it('hands an alarm to the broker in the same turn it is taken', async () => {
    const { platform, outbox, connect, drained } = await openTestUplink();
    connect();
    await vi.waitFor(() => expect(platform.states.length).toBeGreaterThan(0));
    outbox.accept([sos(1)]);
    await drained();
    expect(codesOf(platform)).toEqual([1]);
  });

  it('is another after every loss, and its will is the death of its own', async () => {
    const { platform, connect } = await openTestUplink();
    connect();
    await vi.waitFor(() => expect(platform.states.length).toBeGreaterThan(0));
    platform.cut();
    await vi.waitFor(() =>
      expect(platform.states.filter(({ status }) => status === 'birth')).toHaveLength(2),
    );
    const [birth, ...later] = platform.states;
    const death = later.find(({ status }) => status === 'death');
    expect(death?.session).toBe(birth?.session);
    expect(later.find(({ status }) => status === 'birth')?.session).not.toBe(birth?.session);
  });

  it('repeats its birth when a death hides it', async () => {
    const { platform, connect } = await openTestUplink();
    connect();
    await vi.waitFor(() => expect(platform.states).toHaveLength(2));
    const [birth] = platform.states;
    platform.publish('state', { schemaVersion, status: 'death', session: '0'.repeat(16), at: birth?.at });
    await vi.waitFor(() =>
      expect(platform.states.slice(2)).toMatchObject([
        { status: 'death' },
        { status: 'birth', session: birth?.session },
      ]),
    );
  });

  it('says heartbeats with what is held', async () => {
    const { platform, connect } = await openTestUplink({ heartbeatIntervalMs: 20 });
    connect();
    await vi.waitFor(() => expect(platform.states[1]).toMatchObject({ status: 'heartbeat', held: [] }));
    expect(platform.states[1]?.session).toBe(platform.states[0]?.session);
  });

  it('ends with its death, once', async () => {
    const { platform, connect } = await openTestUplink();
    const uplink = connect();
    await vi.waitFor(() => expect(platform.states).toHaveLength(2));
    await uplink.close();
    await platform.close();
    expect(platform.states.map(({ status }) => status)).toEqual(['birth', 'heartbeat', 'death']);
    expect(uplink.isConnected).toBe(false);
  });

  it('teaches the clock the time of the platform', async () => {
    const platform = new TestPlatform();
    platform.clockOffsetMs = 3_600_000;
    const { clock, connect } = await openTestUplink({}, platform);
    connect();
    await vi.waitFor(() => expect(clock.state().state).toBe('skewed'));
    expect(Math.abs(clock.now() - Date.now() - 3_600_000)).toBeLessThan(2000);
  });
});

describe('an acknowledgement', () => {
  it('that does not come has the records sent again, until it does', async () => {
    const platform = new TestPlatform();
    platform.isSilent = true;
    const { outbox, counters, connect, drained } = await openTestUplink({ resendAfterMs: 50 }, platform);
    outbox.accept([sos(1), sos(2)]);
    connect();
    await vi.waitFor(() => expect(codesOf(platform)).toEqual([1, 2, 1, 2]), { timeout: 5000 });
    platform.isSilent = false;
    await drained();
    expect(new Set(codesOf(platform))).toEqual(new Set([1, 2]));
    expect(counters.values['alarm-resent']).toBeGreaterThanOrEqual(2);
    expect(platform.connections).toBe(1);
  });

  it('of what was never sent is counted and removes nothing', async () => {
    const platform = new TestPlatform();
    platform.isSilent = true;
    const { outbox, counters, connect } = await openTestUplink({}, platform);
    outbox.accept([sos(1)]);
    connect();
    await vi.waitFor(() => expect(codesOf(platform)).toEqual([1]));
    const at = '2026-11-24T01:15:00.000Z';
    const acks = [
      { epoch: outbox.epoch, lane: 'alarm', sequence: 2 },
      { epoch: 'f'.repeat(16), lane: 'alarm', sequence: 1 },
      { epoch: outbox.epoch, lane: 'telemetry', sequence: 1 },
    ];
    platform.publish('ack', { schemaVersion, at, acks });
    platform.publishText('ack', '{"acks":');
    platform.publish('command', exampleCommand);
    await vi.waitFor(() => expect(counters.values[`command ${exampleCommand.id}`]).toBe(1));
    expect(counters.values).toMatchObject({
      'ack-beyond-sent': 2,
      'ack-unknown-epoch': 1,
      'ack-unreadable': 1,
    });
    expect(outbox.extent('alarm')).toEqual({ oldest: 1, newest: 1 });
  });
});

describe('platform time', () => {
  it('is told at once when it is known, since the birth may have been met as a retained message', async () => {
    const { platform, clock, connect } = await openTestUplink();
    connect();
    // The next heartbeat of its own accord is a minute away.
    await vi.waitFor(() => expect(platform.states).toHaveLength(2));
    expect(platform.states[0]).toMatchObject({ status: 'birth', clock: { state: 'unknown' } });
    expect(platform.states[1]).toMatchObject({ status: 'heartbeat', clock: { state: 'synchronized' } });
    expect(clock.state()).toEqual({ state: 'synchronized' });
  });

  it('is asked for again at once where the first answer came too slowly to tell it', async () => {
    const platform = new TestPlatform();
    platform.isSilent = true;
    let waitedMs = 0;
    const monotonic = () => performance.now() + waitedMs;
    const clock = createGatewayClock({ system: () => Date.now(), monotonic });
    const { counters, connect } = await openTestUplink({ clock }, platform);
    connect();
    await vi.waitFor(() => expect(platform.states.length).toBeGreaterThan(0));
    const [birth] = platform.states as [GatewayState];
    waitedMs = maxRoundTripMs + 1;
    platform.isSilent = false;
    platform.acknowledge({ session: birth.session, at: birth.at });
    // The next heartbeat of its own accord is a minute away.
    await vi.waitFor(() => expect(clock.state().state).toBe('synchronized'));
    await vi.waitFor(() =>
      expect(platform.states.map(({ status }) => status)).toEqual(['birth', 'heartbeat', 'heartbeat']),
    );
    expect(counters.values['clock-sample-slow']).toBe(1);
  });
});

describe('a platform that goes away', () => {
  it('gets everything once it is back, each at least once and in order', async () => {
    const { platform, outbox, connect, drained } = await openTestUplink();
    connect();
    let code = 0;
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < 20; count++) outbox.accept([sos(++code), heartRate(code)]);
      await vi.waitFor(() => expect(codesOf(platform)).toContain(code - 10), { timeout: 5000, interval: 1 });
      await platform.close();
      for (let count = 0; count < 20; count++) outbox.accept([sos(++code), heartRate(code)]);
      await platform.open();
    }
    await drained();
    const alarms = codesOf(platform).filter((seen) => typeof seen === 'number');
    expect([...new Set(alarms)]).toEqual(Array.from({ length: code }, (_, index) => index + 1));
    const readings = platform.records.filter(({ lane }) => lane === 'telemetry');
    expect(new Set(readings.map(({ sequence }) => sequence)).size).toBe(code);
  });
});

describe('a record the broker refuses', () => {
  it('becomes a dead letter after three connections, and its neighbours arrive', async () => {
    const platform = new TestPlatform();
    platform.refuses = ({ body }) => 'code' in body && body.code === '3';
    const { outbox, counters, connect, drained } = await openTestUplink({}, platform);
    for (let code = 1; code <= 5; code++) outbox.accept([sos(code)]);
    connect();
    await drained();
    expect([...new Set(codesOf(platform))].sort()).toEqual([1, 2, 4, 5, 'gap']);
    expect(platform.records.find(({ body }) => body.type === 'gap')).toMatchObject({
      lane: 'alarm',
      sequence: 3,
      body: { from: 3, reason: 'refused' },
    });
    expect(counters.values).toMatchObject({ 'alarm-dead-letters': 1, 'connection-lost': 3 });
  });

  it('is found among the records of a batch', async () => {
    const platform = new TestPlatform();
    platform.refuses = ({ body }) => body.type === 'reading' && body.value === 222;
    const { outbox, counters, connect, drained } = await openTestUplink({}, platform);
    for (let value = 1; value <= 500; value++) outbox.accept([heartRate(value)]);
    outbox.flush();
    connect();
    await drained();
    const values = new Set(
      platform.records.map(({ body }) => (body.type === 'reading' ? body.value : body.type)),
    );
    expect(values.size).toBe(500);
    expect([values.has(222), values.has('gap')]).toEqual([false, true]);
    expect(counters.values['telemetry-dead-letters']).toBe(1);
  });
});
