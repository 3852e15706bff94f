import type { AdapterContext, Observation } from '../adapter.ts';
import type { createKeepAliveThrottle } from '../keep-alive-throttle.ts';
import type { TcpConnection, TcpSession } from '../tcp-listener.ts';
import { protocol } from './config.ts';
import { createDamagedFrames } from './damaged-frames.ts';
import { type DecodedData, type DecodingContext, decodeData, decodeUnknown } from './panel-decoding.ts';
import { addressHex, commands, encodeAnswer, type PanelFrame, readFrame } from './panel-frame.ts';
import { createPanelFraming, type PanelPiece } from './panel-framing.ts';
import type { PanelProfile } from './profiles.ts';
import type { createStatusMemory } from './status-memory.ts';
import { isDecimalTag, writeTimeTag } from './time-tag.ts';

/** One-byte unit that a maker sends as heartbeat and wants echoed. */
const echoedHeartbeat = 0x16;

/** Type by which the centre sets a clock, and by which transmitters of some makers ask for the time. */
const clockType = 90;
/** Types by which a centre reads and controls: no transmitter's own. */
const centreTypes = { from: 61, to: 91 };
/** A transmitter that echoes the time it was sent must not be answered for ever, ms. */
const timeAnswerMs = 5000;

/** What the sessions of all connections share. */
export interface PanelShared {
  context: AdapterContext;
  statuses: ReturnType<typeof createStatusMemory>;
  pace: ReturnType<typeof createKeepAliveThrottle>;
  /** Profile of a panel by its address, 12 hexadecimal digits. */
  profileOf(address: string): PanelProfile;
}

/** Speaks with one connected transmitter: what its frames say is accepted, then confirmed. */
export function createPanelSession(shared: PanelShared, connection: TcpConnection): TcpSession {
  const { context } = shared;
  const framing = createPanelFraming();
  let panel: string | undefined;
  const damaged = createDamagedFrames(context.now, `${protocol}:unknown`);
  let timeAnsweredAt: number | undefined;

  const answer = (frame: PanelFrame, command: number, data?: Buffer) =>
    connection.write(encodeAnswer(frame, { command, now: context.now(), data }));

  const onPiece = (piece: PanelPiece) => {
    if (piece.type === 'garbage') return context.count('garbage-bytes', piece.length);
    const frame = readFrame(piece.bytes);
    if (piece.type === 'invalid') return onInvalid(piece, frame);
    context.count('frames');
    connection.trust();
    damaged.forget();
    panel = `${protocol}:${addressHex(frame.source)}`;
    onFrame(frame, panel);
  };

  const onFrame = (frame: PanelFrame, device: string) => {
    const { command, data } = frame;
    const profile = shared.profileOf(addressHex(frame.source));
    if (command === commands.send || profile.greetings.includes(command)) {
      const isAccepted = acceptData(frame, device, profile);
      const isEcho = data.length === 1 && data[0] === echoedHeartbeat;
      if (isAccepted) answer(frame, commands.confirm, isEcho ? data : undefined);
      else answer(frame, commands.deny);
    } else if (command === commands.response) {
      acceptData(frame, device, profile);
    } else if (command === commands.confirm || command === commands.deny) {
      context.count('answers');
    } else if (command === commands.control && data[0] === clockType && profile.answersTimeRequests) {
      answerTime(frame, device, profile);
    } else {
      context.count('unknown-commands');
      // What a maker's command carries may be an alarm; what a centre sends is none.
      if (!isOfCentre(frame)) acceptData(frame, device, profile);
      answer(frame, commands.deny);
    }
  };

  /** Confirmed, then told the time in the way in which a centre sets a clock. */
  const answerTime = (frame: PanelFrame, device: string, profile: PanelProfile) => {
    acceptData({ ...frame, data: frame.data.subarray(0, 0) }, device, profile);
    answer(frame, commands.confirm);
    const now = context.now();
    context.count('time-requests');
    if (timeAnsweredAt !== undefined && Math.abs(now - timeAnsweredAt) < timeAnswerMs) return;
    timeAnsweredAt = now;
    const time = writeTimeTag(now, isDecimalTag(frame.timeTag, now));
    answer(frame, commands.control, Buffer.concat([Buffer.from([clockType, 1]), time]));
  };

  /** False where it was not accepted: the denied panel sends it again, and shows that its line is down. */
  const acceptData = (frame: PanelFrame, device: string, profile: PanelProfile): boolean => {
    const isHeartbeat =
      frame.data.length === 0 || (frame.data.length === 1 && frame.data[0] === echoedHeartbeat);
    const statuses = shared.statuses.draft();
    const { observations, counts } = isHeartbeat
      ? { observations: [], counts: [] }
      : decode(frame, { panel: device, now: context.now(), statuses, profile });
    for (const count of counts) context.count(count);
    // What its components report does not yet say that the panel itself was heard.
    const speaksItself = observations.some((observation) => observation.device === device);
    const keepAlive = speaksItself ? [] : shared.pace.due(device);
    const due = [...observations, ...keepAlive];
    if (due.length > 0 && !accept(due)) return false;
    if (speaksItself || keepAlive.length > 0) shared.pace.markSeen(device);
    statuses.commit();
    return true;
  };

  const accept = (observations: Observation[]): boolean => {
    try {
      context.accept(observations);
      return true;
    } catch (error) {
      context.count('refused-observations', observations.length);
      context.log.error({ err: error, device: observations[0]?.device }, 'observations not accepted');
      return false;
    }
  };

  const onInvalid = ({ why, bytes }: Extract<PanelPiece, { type: 'invalid' }>, frame: PanelFrame) => {
    context.count(`bad-${why}`);
    const source = `${protocol}:${addressHex(frame.source)}`;
    // Bytes that only look like a start deserve no deny: they speak for no panel.
    const isPlausible = frame.command === commands.send && (panel === undefined || panel === source);
    if (why === 'checksum' || isPlausible) answer(frame, commands.deny);
    // A damaged length leads anywhere: where the panel is known, that is its frame too.
    const isDamaged = why === 'checksum' || (isPlausible && panel === source);
    const alarm = isDamaged ? damaged.add({ claimed: source, known: panel, bytes }) : undefined;
    if (alarm && accept([alarm])) damaged.called();
  };

  return {
    onBytes: (chunk) => {
      for (const piece of framing.push(chunk)) {
        onPiece(piece);
        // The bytes of an invalid piece come again as garbage.
        const bytes = piece.type === 'garbage' ? piece.length : 0;
        if (piece.type !== 'frame' && !connection.garbage(bytes)) return;
      }
    },
    onEnd: () => undefined,
  };
}

/** Only what the standard lets a transmitter send is read by its types. */
function decode(frame: PanelFrame, context: DecodingContext): DecodedData {
  const isStandard = frame.command === commands.send || frame.command === commands.response;
  return isStandard ? decodeData(frame, context) : decodeUnknown(frame, `command ${frame.command}`, context);
}

function isOfCentre({ command, data }: PanelFrame): boolean {
  const type = data[0] ?? 0;
  const isCentreCommand = command === commands.control || command === commands.request;
  return isCentreCommand && type >= centreTypes.from && type <= centreTypes.to;
}
