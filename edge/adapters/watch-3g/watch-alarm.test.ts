import { expect, test } from 'vitest';
import { feedWatch, sharedFor } from '../../testing/feed-watch.ts';
import { createRecordingContext, readable } from '../../testing/recording-context.ts';

const now = Date.parse('2026-11-24T01:15:00.000Z');
const frame = (content: string, id = '6907919734') =>
  `[3G*${id}*${content.length.toString(16).padStart(4, '0')}*${content}]`;
const alarmAt = (time: string, status = '00010000', battery = 90, date = '241126') =>
  frame(`AL,${date},${time},V,0,N,0,E,0,0,0,0,0,${battery},0,0,${status},0,0,0`);
const bytes = (...frames: string[]) => [Buffer.from(frames.join(''), 'latin1')];

function feed(...frames: string[]) {
  const context = createRecordingContext(now);
  const answers = feedWatch(context, bytes(...frames)).map(String);
  return { context, answers, events: eventsOf(context.accepted) };
}

function eventsOf(accepted: ReturnType<typeof createRecordingContext>['accepted']) {
  return accepted.flatMap(({ body }) => (body.type === 'event' ? [body.kind] : []));
}

test('a second cry 20 s after the first was swallowed: only the very same instant is a repeat', () => {
  const { context, answers, events } = feed(alarmAt('011430'), alarmAt('011430'), alarmAt('011450'));
  expect(events).toEqual(['sos', 'sos']);
  expect(context.outcomes).not.toContain('possible-repeat');
  expect(answers).toHaveLength(3);
});

test('with a wrong clock an equal frame within a minute is told and marked, another one is told without a mark', () => {
  const context = createRecordingContext(now);
  const stopped = alarmAt('000000', '00010000', 90, '010100');
  const send = (one: string) => {
    context.outcomes.length = 0;
    feedWatch(context, bytes(one));
    return context.outcomes[0];
  };
  expect(send(stopped)).toBe('accepted');
  context.clock += 20_000;
  expect(send(stopped)).toBe('possible-repeat');
  expect(send(alarmAt('000000', '00010000', 89, '010100'))).toBe('accepted');
  context.clock += 61_000;
  expect(send(stopped)).toBe('accepted');
  expect(eventsOf(context.accepted)).toEqual(['sos', 'sos', 'sos', 'sos']);
});

test('two alarms of a watch that cannot be read were one for a minute: each is told', () => {
  const broken = (what: string) => `[3G*6907919734*0010*AL,241126,011459,${what}`;
  const { events } = feed(
    `${broken('V,0')}[3G*6907919734*0002*LK]`,
    `${broken('A,22')}[3G*6907919734*0002*LK]`,
  );
  expect(events).toEqual(['unreadable-alarm', 'unreadable-alarm']);
});

test.each([
  ['low battery that the battery field confirms', '00000001', 15, ['low-battery']],
  ['the same with worn and motion beside it', '00000019', 20, ['low-battery']],
  ['a power cut', '00004000', 90, ['power-fault']],
  ['both', '00004001', 3, ['low-battery', 'power-fault']],
  ['low battery in four digits that the battery field confirms', '0001', 20, ['low-battery']],
  ['low battery that the battery field denies', '00000001', 21, ['generic-alarm', 'low-battery']],
  ['low battery in four digits that the battery field denies', '0001', 90, ['generic-alarm']],
  ['a power cut in four digits', '4000', 10, ['generic-alarm']],
  ['no bit at all', '00000000', 90, ['generic-alarm']],
  ['no bit at all in four digits', '0000', 5, ['generic-alarm']],
  ['outside the fence', '00000002', 90, ['generic-alarm']],
  ['inside the fence, worn and in motion', '0000001c', 5, ['generic-alarm']],
  ['an unknown state', '00000020', 90, ['generic-alarm']],
  ['an unknown state beside a low battery', '00000021', 5, ['generic-alarm', 'low-battery']],
  [
    'what no life depends on',
    '001e0000',
    90,
    ['low-battery', 'fence-left', 'fence-entered', 'watch-removed'],
  ],
  ['an unknown alarm beside those', '00840000', 90, ['fence-left', 'generic-alarm']],
  ['no STATUS where it should be', 'xyz', 90, ['generic-alarm']],
] as const)('an alarm frame that says %s gives %s %i → %j', (_, status, battery, expected) => {
  const { events, answers } = feed(alarmAt('011459', status, battery));
  expect(events).toEqual(expected);
  expect(answers).toEqual(['[3G*6907919734*0002*AL]']);
});

test('the number of a cell is not taken for a STATUS of four digits', () => {
  const { events } = feed(
    frame('AL,241126,011459,V,0,N,0,E,0,0,0,0,0,90,0,0,0001,1,1,234,10,893,00100000,132'),
  );
  expect(events).toEqual(['generic-alarm']);
});

test('a power cut ends with the first record that no longer says so', () => {
  const context = createRecordingContext(now);
  const shared = sharedFor(context);
  const location = (status: string) => frame(`UD,241126,011530,V,0,N,0,E,0,0,0,0,0,90,0,0,${status},0,0,0`);
  feedWatch(context, bytes(alarmAt('011459', '00004000'), location('00004000')), shared);
  expect(eventsOf(context.accepted)).toEqual(['power-fault']);
  feedWatch(context, bytes(location('00000000'), location('00000000')), shared);
  expect(context.accepted.filter(({ body }) => body.type === 'event').map(({ body }) => body)).toEqual([
    { type: 'event', kind: 'power-fault', active: true, code: '00004000' },
    { type: 'event', kind: 'power-fault', active: false, code: '00004000' },
  ]);
});

test('an SOS indoors had no place: it has the last fix, marked and with its time, and what the watch hears', () => {
  const fix = frame('UD,241126,011000,A,31.230400,N,121.473700,E,1.0,0,4,9,100,90,0,0,00000000,0,0,12.5');
  const indoors = frame(
    'AL,241126,011459,V,0,N,0,E,0,0,0,0,0,90,0,0,00010000,1,1,460,11,30602,125639728,100,1,at home,BC:5F:F6:1E:07:BE,-55,0.0',
  );
  const { context } = feed(fix, indoors);
  const sos = context.accepted.find(({ body }) => body.type === 'event');
  expect(sos?.body).toEqual({
    type: 'event',
    kind: 'sos',
    code: '00010000',
    position: {
      ...{ latitude: 31.2304, longitude: 121.4737, accuracyM: 12.5, source: 'gnss' },
      ...{ lastKnown: true, fixAt: '2026-11-24T01:10:00.000Z' },
    },
    radio: {
      cells: [{ mcc: 460, mnc: 11, lac: 30602, cell: 125639728, signal: 100 }],
      wifi: [{ mac: 'bc:5f:f6:1e:07:be', signal: -55 }],
    },
  });
});

test('a watch on a table in the cellar went on as if it were where it last was: its records say that they are not of now', () => {
  const fix = frame('UD,241126,011000,A,31.230400,N,121.473700,E,1.0,0,4,9,100,90,0,0,00000000,0,0,0');
  const none = frame('UD,241126,011400,V,0,N,0,E,0,0,0,0,0,90,0,0,00000000,0,0,0');
  const { context } = feed(fix, none, none);
  const places = context.accepted.flatMap(({ body }) => (body.type === 'position' ? [body.position] : []));
  expect(places.map(({ lastKnown, fixAt }) => [lastKnown, fixAt])).toEqual([
    [undefined, undefined],
    [true, '2026-11-24T01:10:00.000Z'],
    [true, '2026-11-24T01:10:00.000Z'],
  ]);
});

test('a position stored by the watch long ago is not where it was last seen', () => {
  const fix = frame('UD,241126,011000,A,31.230400,N,121.473700,E,1.0,0,4,9,100,90,0,0,00000000,0,0,0');
  const stored = frame('UD2,201126,011400,A,32.000000,N,118.000000,E,0,0,0,0,0,90,0,0,00000000,0,0,0');
  const { context } = feed(fix, stored, alarmAt('011459'));
  const sos = context.accepted.find(({ body }) => body.type === 'event');
  expect(sos?.body).toMatchObject({ position: { latitude: 31.2304, lastKnown: true } });
});

test('a voice message was dropped in silence: every part is answered, and it is told once that somebody spoke', () => {
  const part = (n: number) => `[ZJ*789468050042692*003${n}*0020*JXTK,0,watch_7_20220526093954,${n},2,#!AMR}]`;
  const jxtk = feed(part(1), part(2));
  expect(jxtk.events).toEqual(['voice-message']);
  expect(jxtk.answers).toEqual([
    '[ZJ*789468050042692*0031*0007*JXTKR,1]',
    '[ZJ*789468050042692*0032*0007*JXTKR,1]',
  ]);
  const tk = feed(frame('TK,#!AMR1'), frame('TK,#!AMR2'), frame('TK,1'));
  expect(tk.events).toEqual(['voice-message', 'voice-message']);
  expect(tk.answers).toEqual(['[3G*6907919734*0004*TK,1]', '[3G*6907919734*0004*TK,1]']);
  expect(JSON.stringify(readable(tk.context.accepted))).not.toContain('AMR');
});

test('a voice message too long to be read is answered and told all the same', () => {
  const context = createRecordingContext(now);
  const long = `[3G*6907919734*FFFF*TK,#!AMR${'x'.repeat(3000)}]`;
  const answers = feedWatch(context, bytes(long), sharedFor(context, '', 1024));
  expect(eventsOf(context.accepted)).toEqual(['voice-message']);
  expect(answers.map(String)).toEqual(['[3G*6907919734*0004*TK,1]']);
});

test('an alarm without brackets or a head is told of the watch that spoke before it', () => {
  const { context } = feed(frame('LK'), 'CS*00BC*AL,120118,070625,A,22.570720,N');
  expect(context.accepted.at(-1)).toMatchObject({
    device: 'watch-3g:6907919734',
    body: { kind: 'unreadable-alarm' },
  });
});

test('one absurd step count does not take the battery with it, and steps that count on for years are read', () => {
  const { context } = feed(frame('LK,226120,0,80'), frame('LK,99999999999999,0,79'), frame('LK,0,78'));
  const read = context.accepted.flatMap(({ body }) =>
    body.type === 'reading' ? [`${body.quantity}=${body.value}`] : [],
  );
  expect(read).toEqual([
    'battery=80',
    'steps=226120',
    'roll-count=0',
    'battery=79',
    'roll-count=0',
    'battery=78',
    'steps=0',
  ]);
});

const positionAt = (command: string, time: string, status: string) =>
  frame(`${command},241126,${time},V,0,N,0,E,0,0,0,0,0,90,0,0,${status},0,0,0`);

test('an SOS that a watch tells in a position alone was lost: it is told when it begins, and again when it begins anew', () => {
  const { answers, events } = feed(
    positionAt('UD_LTE', '011400', '00010008'),
    positionAt('UD_LTE', '011420', '00010008'),
    positionAt('UD_LTE', '011440', '00000008'),
    positionAt('UD_LTE', '011500', '00010008'),
  );
  expect(events).toEqual(['sos', 'sos']);
  expect(answers).toEqual([]);
});

test('a position that goes on saying what its alarm frame said is no second cry', () => {
  const { events } = feed(alarmAt('011430'), positionAt('UD', '011450', '00010008'), alarmAt('011455'));
  expect(events).toEqual(['sos', 'sos']);
});

test('a fall that a watch stored while it was away was lost: it is told as an old one', () => {
  const { context, events } = feed(
    positionAt('UD2', '001400', '00200000'),
    positionAt('UD2', '001500', '00200000'),
  );
  expect(events).toEqual(['fall']);
  expect(context.accepted.find(({ body }) => body.type === 'event')).toMatchObject({ historical: true });
});

test('what has no name among the alarms of a position is no alarm, and neither are its states', () => {
  expect(feed(positionAt('UD', '011400', '3f80401f')).events).toEqual(['low-battery']);
});

test('an SOS in a position for which there was no room is told by the next one', () => {
  const context = createRecordingContext(now);
  const shared = sharedFor(context);
  context.full = true;
  feedWatch(context, bytes(positionAt('UD', '011400', '00010000')), shared);
  context.full = false;
  feedWatch(context, bytes(positionAt('UD', '011420', '00010000')), shared);
  expect(eventsOf(context.accepted)).toEqual(['sos']);
});

test('an SOS whose end found no room is told when it begins anew', () => {
  const context = createRecordingContext(now);
  const shared = sharedFor(context);
  feedWatch(context, bytes(positionAt('UD', '011400', '00010000')), shared);
  context.full = true;
  feedWatch(context, bytes(positionAt('UD', '011420', '00000000')), shared);
  context.full = false;
  feedWatch(context, bytes(positionAt('UD', '011440', '00010000')), shared);
  expect(eventsOf(context.accepted)).toEqual(['sos', 'sos']);
});
