import type { AdapterContext, Observation } from '../adapter.ts';
import type { createKeepAlivePace } from '../keep-alive-pace.ts';
import type { TcpConnection, TcpSession } from '../tcp-listener.ts';
import { createDamagedFrames } from './damaged-frames.ts';
import { decodeData } from './panel-decoding.ts';
import { addressHex, commands, encodeAnswer, type PanelFrame, readFrame } from './panel-frame.ts';
import { createPanelFraming, type PanelPiece } from './panel-framing.ts';
import type { createStatusMemory } from './status-memory.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'gb26875';

/** One-byte unit that a maker sends as heartbeat and wants echoed. */
const echoedHeartbeat = 0x16;

/** What the sessions of all connections share. */
export interface PanelShared {
  context: AdapterContext;
  statuses: ReturnType<typeof createStatusMemory>;
  pace: ReturnType<typeof createKeepAlivePace>;
}

/** Speaks with one connected transmitter: takes what its frames say, then confirms them. */
export function createPanelSession(shared: PanelShared, connection: TcpConnection): TcpSession {
  const { context } = shared;
  const framing = createPanelFraming();
  let panel: string | undefined;
  const damaged = createDamagedFrames(context.now, `${protocol}:unknown`);

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
    if (frame.command === commands.send) {
      const isTaken = takeData(frame, device);
      const isEcho = frame.data.length === 1 && frame.data[0] === echoedHeartbeat;
      if (isTaken) answer(frame, commands.confirm, isEcho ? frame.data : undefined);
      else answer(frame, commands.deny);
    } else if (frame.command === commands.response) {
      takeData(frame, device);
    } else if (frame.command === commands.confirm || frame.command === commands.deny) {
      context.count('answers');
    } else {
      context.count('unknown-commands');
      answer(frame, commands.deny);
    }
  };

  /** False where it could not be taken: the denied panel sends it again, and shows that its line is down. */
  const takeData = (frame: PanelFrame, device: string): boolean => {
    const isHeartbeat =
      frame.data.length === 0 || (frame.data.length === 1 && frame.data[0] === echoedHeartbeat);
    const statuses = shared.statuses.draft();
    const { observations, counts } = isHeartbeat
      ? { observations: [], counts: [] }
      : decodeData(frame, { panel: device, now: context.now(), statuses });
    for (const count of counts) context.count(count);
    // What its components report does not yet say that the panel itself was heard.
    const speaksItself = observations.some((observation) => observation.device === device);
    const keepAlive = speaksItself ? [] : shared.pace.due(device);
    const due = [...observations, ...keepAlive];
    if (due.length > 0 && !take(due)) return false;
    if (speaksItself || keepAlive.length > 0) shared.pace.heard(device);
    statuses.commit();
    return true;
  };

  const take = (observations: Observation[]): boolean => {
    try {
      context.take(observations);
      return true;
    } catch (error) {
      context.count('refused-observations', observations.length);
      context.log.error({ err: error, device: observations[0]?.device }, 'observations not taken');
      return false;
    }
  };

  const onInvalid = ({ why, bytes }: Extract<PanelPiece, { type: 'invalid' }>, frame: PanelFrame) => {
    context.count(`bad-${why}`);
    const source = `${protocol}:${addressHex(frame.source)}`;
    // Bytes that only look like a start deserve no deny: they speak for no panel.
    const isPlausible = frame.command === commands.send && (panel === undefined || panel === source);
    if (why === 'checksum' || isPlausible) answer(frame, commands.deny);
    const alarm = why === 'checksum' ? damaged.add({ claimed: source, known: panel, bytes }) : undefined;
    if (alarm && take([alarm])) damaged.called();
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
