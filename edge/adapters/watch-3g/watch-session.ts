import type { AdapterContext, Observation } from '../adapter.ts';
import type { createKeepAliveThrottle } from '../keep-alive-throttle.ts';
import type { TcpConnection, TcpSession } from '../tcp-listener.ts';
import type { createProfileChoice } from './alarm-profile.ts';
import { protocol } from './config.ts';
import { isVoiceCommand } from './voice-message.ts';
import { unreadableAlarm } from './watch-alarm.ts';
import { type Decoded, decodeFrame, isAlarmCommand } from './watch-decoding.ts';
import { encodeAnswer, readFrame, type WatchFrame } from './watch-frame.ts';
import { createWatchFraming, type WatchPiece } from './watch-framing.ts';
import type { WatchMemory } from './watch-memory.ts';

/** What the sessions of all connections share; a watch reconnects often. */
export interface WatchShared {
  context: AdapterContext;
  maxFrameBytes: number;
  profileOf: ReturnType<typeof createProfileChoice>;
  memory: WatchMemory;
  pace: ReturnType<typeof createKeepAliveThrottle>;
}

/** Speaks with one connected watch: what its frames say is accepted, then answered. */
export function createWatchSession(shared: WatchShared, connection: TcpConnection): TcpSession {
  const { context } = shared;
  const framing = createWatchFraming(shared.maxFrameBytes);
  let lastDevice = `${protocol}:unknown`;

  const onPiece = (piece: WatchPiece): boolean => {
    if (piece.type === 'garbage') {
      context.count('garbage-bytes', piece.bytes.length);
      lookForAlarm(piece.bytes, 'its head is damaged');
      return connection.garbage(piece.bytes.length);
    }
    const isCut = piece.type === 'unfinished';
    const frame = readFrame(piece.bytes);
    context.count(isCut ? `${piece.why}-frames` : frame ? 'frames' : 'unreadable-frames');
    if (!frame) {
      lookForAlarm(piece.bytes, 'its head is damaged');
      return connection.garbage(piece.bytes.length);
    }
    lastDevice = `${protocol}:${frame.id}`;
    if (!isCut) connection.trust();
    if (!isCut && frame.declaredLength !== frame.contentLength) context.count('wrong-length');
    if (!isCut || isAlarmCommand(frame.command) || isVoiceCommand(frame.command)) {
      onFrame(frame, piece.bytes, isCut);
    }
    return !isCut || connection.garbage(piece.bytes.length);
  };

  /** A damaged head does not unsay an alarm; whose it is, only the connection can tell. */
  const lookForAlarm = (bytes: Buffer, reason: string) => {
    if (!bytes.includes('*AL') || !/\*AL[A-Z0-9_]*,/.test(bytes.toString('latin1'))) return;
    accept([unreadableAlarm(reason, { device: lastDevice, now: context.now(), bytes })]);
  };

  const onFrame = (frame: WatchFrame, bytes: Buffer, isCut: boolean) => {
    const device = lastDevice;
    const decoded = decodeFrame(frame, {
      device,
      now: context.now(),
      profile: shared.profileOf(frame),
      bytes,
      isCut,
      lastFix: shared.memory.lastFix(device),
      last: shared.memory.last(device),
    });
    if (decoded.fix) shared.memory.rememberFix(device, decoded.fix);
    for (const count of decoded.counts) context.count(count);
    const reply = () => {
      if (decoded.answer !== undefined) connection.write(encodeAnswer(frame, decoded.answer));
    };
    if (decoded.alarms.length > 0) {
      const accepted = accept(decoded.alarms);
      if (!accepted) return;
      reply();
      shared.memory.commit(device, decoded.told);
      // The other readings of a repeated alarm were accepted with its first sending.
      if (accepted.some((outcome) => outcome === 'accepted')) acceptReadings(device, decoded);
      return;
    }
    shared.memory.commit(device, decoded.told);
    // A watch whose LK stays unanswered restarts and sends nothing else, so LK is answered even when
    // the step count it carried found no room.
    if (acceptReadings(device, decoded) || frame.command.toUpperCase() === 'LK') reply();
  };

  const accept = (observations: Observation[]) => {
    try {
      return context.accept(observations);
    } catch (error) {
      context.count('refused-observations', observations.length);
      context.log.error({ err: error, device: observations[0]?.device }, 'observations not accepted');
      return undefined;
    }
  };

  const acceptReadings = (device: string, { readings, state }: Decoded): boolean => {
    const observations = [...readings, ...shared.memory.changes(device, state)];
    if (observations.length === 0) observations.push(...shared.pace.due(device));
    if (observations.length > 0) {
      if (!accept(observations)) return false;
      shared.pace.markSeen(device);
    }
    shared.memory.commit(device, state);
    return true;
  };

  const read = (pieces: Iterable<WatchPiece>) => {
    for (const piece of pieces) if (!onPiece(piece)) return;
  };

  return {
    onBytes: (chunk) => read(framing.push(chunk)),
    onEnd: () => read(framing.end()),
  };
}
