import { buildTopic, type GatewayTopicName } from '#contracts/topics.ts';
import { connectRaw, field, packet, publishPacket } from './raw-mqtt.ts';

/** What a broker does with some bytes: the packets it answers, in hex, and whether it closes the connection. */
export type Outcome = `${string}open` | `${string}closed`;

/** Who signs in; the gateway `gw1` of the community `c1`. */
export interface Credentials {
  username: string;
  password: string;
}

/** A conformanceCase of MQTT 3.1.1 on what a server does, what is sent to it, and what follows. */
export interface ConformanceCase {
  clause: string;
  name: string;
  /** Sent after a CONNECT that is accepted; where `isConnect`, instead of it. */
  sent: (credentials: Credentials) => Buffer;
  isConnect: boolean;
  ours: Outcome;
  /** What mosquitto does, where that differs. */
  mosquitto: Outcome | undefined;
}

interface ConnectParts {
  name?: string;
  level?: number;
  flags?: number;
  /** All fields after the keep-alive. */
  fields?: (credentials: Credentials) => Buffer[];
}

const topicOf = (name: GatewayTopicName, gateway = 'gw1') => buildTopic({ name, community: 'c1', gateway });
const [ack, command, alarm, state] = [topicOf('ack'), topicOf('command'), topicOf('alarm'), topicOf('state')];
const pingRequest = packet(0xc0);
const accepted = '20020000';

const id = (number: number) => Buffer.from([number >> 8, number & 0xff]);
const raw = (content: string | Buffer) => {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([id(bytes.length), bytes]);
};
/** A surrogate of UTF-16 encoded by itself, which UTF-8 does not allow. */
const surrogate = Buffer.from('eda080', 'hex');
const nul = 'a\0b';
const clientId = field('raw');
const signIn = ({ username, password }: Credentials) => [field(username), field(password)];

function connect(credentials: Credentials, parts: ConnectParts = {}): Buffer {
  const { name = 'MQTT', level = 4, flags = 0xc2 } = parts;
  const fields = parts.fields?.(credentials) ?? [clientId, ...signIn(credentials)];
  return packet(0x10, field(name), Buffer.from([level, flags, 0, 30]), ...fields);
}

const subscribe = (...filters: [filter: string | Buffer, qos: number][]) =>
  packet(0x82, id(7), ...filters.flatMap(([filter, qos]) => [raw(filter), Buffer.from([qos])]));
const unsubscribe = (...filters: (string | Buffer)[]) => packet(0xa2, id(7), ...filters.map(raw));
const withTopic = (topic: string | Buffer) => packet(0x32, raw(topic), id(1), Buffer.from('x'));

type Row<T> = [clause: string, name: string, sent: T, ours: Outcome, mosquitto?: Outcome];

const connects: Row<ConnectParts>[] = [
  ['3.1.2-1', 'another protocol name', { name: 'MQTX' }, 'closed'],
  ['3.1.2-2', 'protocol level 2', { level: 2 }, '20020001closed'],
  ['3.1.2-2', 'protocol level 6', { level: 6 }, '20020001closed'],
  [
    '3.1.2-2',
    'the level of MQTT 5',
    { level: 5, fields: () => [Buffer.from([0]), clientId] },
    '20020001closed',
    'closed',
  ],
  ['3.1.2-2', 'the level of MQTT 3.1 under the new name', { level: 3 }, '20020001closed'],
  ['3.1.2-2', 'MQTT 3.1, which is spoken too', { name: 'MQIsdp', level: 3 }, '20020000open'],
  ['3.1.2-2', 'the bit by which mosquitto says it is a bridge', { level: 0x84 }, '20020000open'],
  ['3.1.2-3', 'the reserved flag', { flags: 0xc3 }, 'closed'],
  ['3.1.2-13', 'the QoS of a will that is none', { flags: 0xca }, 'closed'],
  [
    '3.1.2-14',
    'a will of QoS 3',
    { flags: 0xde, fields: (who) => [clientId, field(state), field('x'), ...signIn(who)] },
    'closed',
  ],
  ['3.1.2-15', 'the retain flag of a will that is none', { flags: 0xe2 }, 'closed'],
  ['3.1.2-9', 'a will flag without a will', { flags: 0x06, fields: () => [clientId] }, 'closed'],
  ['3.1.2-19', 'a user name flag without a user name', { fields: () => [clientId] }, 'closed'],
  [
    '3.1.2-21',
    'a password flag without a password',
    { fields: (who) => [clientId, field(who.username)] },
    'closed',
  ],
  [
    '3.1.2-22',
    'a password without a user name',
    { flags: 0x42, fields: () => [clientId, field('x')] },
    'closed',
  ],
  ['3.1.3-3', 'no client id', { flags: 2, fields: () => [] }, 'closed'],
  ['3.1.3-6', 'an empty client id', { fields: (who) => [field(''), ...signIn(who)] }, '20020000open'],
  [
    '3.1.3-8',
    'an empty client id of a session to be kept',
    { flags: 0xc0, fields: (who) => [field(''), ...signIn(who)] },
    '20020002closed',
  ],
  ['1.5.3-1', 'a surrogate in a client id', { fields: (who) => [raw(surrogate), ...signIn(who)] }, 'closed'],
  ['1.5.3-2', 'U+0000 in a client id', { fields: (who) => [raw(nul), ...signIn(who)] }, 'closed'],
  ['1.5.3-2', 'U+0000 in a user name', { fields: () => [clientId, raw(nul), field('x')] }, 'closed'],
  [
    '1.5.3-2',
    'U+0000 in the topic of a will',
    { flags: 0xc6, fields: (who) => [clientId, raw(nul), field('x'), ...signIn(who)] },
    'closed',
  ],
  [
    '3.1.4-1',
    'bytes after the last field',
    { fields: (who) => [clientId, ...signIn(who), Buffer.from('x')] },
    'closed',
  ],
];

const seconds: Row<ConnectParts>[] = [['3.1.0-2', 'a second CONNECT', {}, 'closed']];

const others: Row<Buffer>[] = [
  ['2.2.2-2', 'PINGREQ with flags', packet(0xc1), 'closed', 'd000open'],
  ['2.2.2-2', 'PUBACK with flags', packet(0x41, id(1)), 'closed', 'open'],
  ['2.2.3', 'a remaining length of five bytes', Buffer.from('c0ffffffff01', 'hex'), 'closed'],
  ['4.8.0-1', 'type 0', packet(0x00), 'closed'],
  ['4.8.0-1', 'type 15', packet(0xf0), 'closed'],
  ['4.8.0-1', 'CONNACK', packet(0x20, id(0)), 'closed'],
  ['4.8.0-1', 'SUBACK', packet(0x90, id(1), Buffer.from([0])), 'closed', 'open'],
  ['4.8.0-1', 'UNSUBACK', packet(0xb0, id(1)), 'closed', 'open'],
  ['4.8.0-1', 'PINGRESP', packet(0xd0), 'closed', 'open'],
  ['4.8.0-1', 'PINGREQ with a body', packet(0xc0, Buffer.from('x')), 'closed', 'd000open'],
  ['4.8.0-1', 'PUBACK without a packet identifier', packet(0x40), 'closed'],
  ['4.8.0-1', 'PUBACK of three bytes', packet(0x40, id(1), Buffer.from([0])), 'closed', 'open'],
  ['2.3.1-1', 'PUBACK of packet identifier 0', packet(0x40, id(0)), 'closed'],
  ['3.3.1-4', 'PUBLISH of QoS 3', packet(0x36, field(alarm), id(1)), 'closed'],
  // No alarm is refused for a flag.
  ['3.3.1-2', 'DUP in a PUBLISH of QoS 0', packet(0x38, field(alarm)), 'open'],
  ['3.3.1-1', 'DUP in a PUBLISH of QoS 1', packet(0x3a, field(alarm), id(5)), '40020005open'],
  ['2.3.1-1', 'PUBLISH of packet identifier 0', publishPacket(alarm, 'x', 0), 'closed'],
  ['2.3.1-1', 'PUBLISH of QoS 1 without a packet identifier', packet(0x32, field(alarm)), 'closed'],
  ['3.3.2-1', 'PUBLISH without a topic', packet(0x30), 'closed'],
  ['3.3.2-1', 'a topic longer than its packet', packet(0x30, id(500), Buffer.from('x')), 'closed'],
  ['4.7.3-1', 'an empty topic', withTopic(''), 'closed'],
  ['3.3.2-2', 'a wildcard in a topic', withTopic(alarm.replace('gw1', '+')), 'closed'],
  ['1.5.3-2', 'U+0000 in a topic', withTopic(alarm.replace('arm', '\0rm')), 'closed'],
  ['1.5.3-1', 'a surrogate in a topic', withTopic(surrogate), 'closed'],
  [
    '3.3.5-2',
    'a topic that is not its own',
    publishPacket(topicOf('alarm', 'gw2'), 'x', 5),
    'closed',
    '40020005open',
  ],
  ['3.6.1-1', 'PUBREL with wrong flags', packet(0x60, id(1)), 'closed'],
  ['4.3.3-2', 'PUBREL of a message never sent', packet(0x62, id(1)), '70020001open'],
  ['3.8.1-1', 'SUBSCRIBE with wrong flags', packet(0x80, id(1), field(ack), Buffer.from([0])), 'closed'],
  [
    '2.3.1-1',
    'SUBSCRIBE of packet identifier 0',
    packet(0x82, id(0), field(ack), Buffer.from([0])),
    'closed',
  ],
  ['3.8.3-3', 'SUBSCRIBE without a filter', packet(0x82, id(1)), 'closed'],
  ['3.8.3-4', 'SUBSCRIBE of QoS 3', subscribe([ack, 3]), 'closed'],
  ['3.8.3-4', 'SUBSCRIBE with a reserved bit', subscribe([ack, 4]), 'closed'],
  ['3.8.3-4', 'SUBSCRIBE without a QoS', packet(0x82, id(1), field(ack)), 'closed'],
  ['4.7.3-1', 'an empty filter', subscribe(['', 0]), 'closed'],
  ['1.5.3-2', 'U+0000 in a filter', subscribe([nul, 0]), 'closed'],
  ['1.5.3-1', 'a surrogate in a filter', subscribe([surrogate, 0]), 'closed'],
  ['4.7.1-2', '# not at the end', subscribe(['sw/#/ack', 0]), 'closed'],
  ['4.7.1-2', '# beside other characters', subscribe(['a/b#', 0]), 'closed'],
  ['4.7.1-3', '+ beside other characters', subscribe(['a/b+/c', 0]), 'closed'],
  ['4.7.1-3', '+ beside one other character', subscribe(['a+', 0]), 'closed'],
  [
    '3.8.4-5',
    'filters of all three kinds',
    subscribe([ack, 0], [command, 1], [alarm, 1]),
    '90050007000180open',
    '90050007000101open',
  ],
  ['3.8.4-5', 'a filter given twice', subscribe([ack, 0], [command, 1], [ack, 1]), '90050007000101open'],
  ['3.10.1-1', 'UNSUBSCRIBE with wrong flags', packet(0xa0, id(1), field(ack)), 'closed'],
  ['2.3.1-1', 'UNSUBSCRIBE of packet identifier 0', packet(0xa2, id(0), field(ack)), 'closed'],
  ['3.10.3-2', 'UNSUBSCRIBE without a filter', packet(0xa2, id(1)), 'closed'],
  ['1.5.3-2', 'U+0000 in a filter of UNSUBSCRIBE', unsubscribe(nul), 'closed'],
  ['3.10.4-5', 'UNSUBSCRIBE of what was not subscribed', unsubscribe(ack), 'b0020007open'],
  ['3.12.4-1', 'PINGREQ', packet(0xc0), 'd000open'],
  ['3.14.1-1', 'DISCONNECT with flags', packet(0xe1), 'closed'],
  ['3.14.4-1', 'DISCONNECT', packet(0xe0), 'closed'],
];

const firsts: Row<Buffer>[] = [['3.1.0-1', 'what does not begin with CONNECT', pingRequest, 'closed']];

function casesOf<T>(
  rows: Row<T>[],
  kind: { isConnect: boolean; bytesOf: (sent: T, who: Credentials) => Buffer },
): ConformanceCase[] {
  return rows.map(([clause, name, sent, ours, mosquitto]) => ({
    ...{ clause, name, ours, mosquitto },
    sent: (who) => kind.bytesOf(sent, who),
    isConnect: kind.isConnect,
  }));
}

/** What the standard asks of a server, clause by clause; numbers are those of its appendix B. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...casesOf(firsts, { isConnect: true, bytesOf: (sent) => sent }),
  ...casesOf(connects, { isConnect: true, bytesOf: (parts, who) => connect(who, parts) }),
  ...casesOf(seconds, { isConnect: false, bytesOf: (parts, who) => connect(who, parts) }),
  ...casesOf(others, { isConnect: false, bytesOf: (sent) => sent }),
];

/** What is sent last, and its answer, which nothing else is answered with. */
const last = packet(0xa2, id(0xfffe), raw(ack));
const lastAnswer = 'b002fffe';

/**
 * Sends a conformanceCase's bytes and an UNSUBSCRIBE behind them, and says what came of it.
 *
 * @param port Of MQTT over TCP on the loopback.
 */
export async function outcomeOf(
  conformanceCase: ConformanceCase,
  port: number,
  who: Credentials,
): Promise<Outcome> {
  const client = await connectRaw(port);
  const before = conformanceCase.isConnect ? [] : [connect(who)];
  client.socket.write(Buffer.concat([...before, conformanceCase.sent(who), last]));
  const text = () => client.received().toString('hex');
  const isOpen = await Promise.race([
    client.closed.then(() => false),
    new Promise<true>((resolve) => {
      client.socket.on('data', () => {
        if (text().endsWith(lastAnswer)) resolve(true);
      });
    }),
  ]);
  client.socket.destroy();
  const answered = isOpen ? text().slice(0, -lastAnswer.length) : text();
  const own = conformanceCase.isConnect ? answered : answered.replace(new RegExp(`^${accepted}`), '');
  return `${own}${isOpen ? 'open' : 'closed'}`;
}
