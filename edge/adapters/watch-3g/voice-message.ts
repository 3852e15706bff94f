import type { Observation } from '../adapter.ts';
import { digestOf, nearOf } from './watch-alarm.ts';
import type { WatchFrame } from './watch-frame.ts';

/** What a watch expects in answer to a part of a voice message. */
const answers: Readonly<Record<string, string>> = { TK: 'TK,1', JXTK: 'JXTKR,1' };

/** A part of a voice message: its event, and the answer without which the watch sends it again. */
export interface VoicePart {
  event: Observation;
  answer: string;
}

/**
 * Reads a part of a voice message; undefined for any other frame, e.g. the `TK,1` by which a watch confirms ours.
 *
 * The sound is not kept: nobody here may listen to it. That somebody spoke is told, so that they are called back.
 */
export function readVoice(
  { command, fields }: Pick<WatchFrame, 'command' | 'fields'>,
  context: { device: string; now: number; bytes: Buffer },
): VoicePart | undefined {
  const code = command.toUpperCase();
  const answer = Object.hasOwn(answers, code) ? answers[code] : undefined;
  if (answer === undefined || (code === 'TK' && fields.join().length <= 1)) return undefined;
  // JXTK comes in parts under one name: `JXTK,kind,name,part,parts,sound`.
  const name = code === 'JXTK' ? fields[1] : undefined;
  const identity = name ? { origin: { key: `voice ${digestOf(name)}` } } : { near: nearOf('voice', context) };
  const event: Observation = {
    device: context.device,
    ...identity,
    body: { type: 'event', kind: 'voice-message', code },
  };
  return { event, answer };
}

/** True for a frame that holds a voice message, also where it was too long or cut short. */
export function isVoiceCommand(command: string): boolean {
  return Object.hasOwn(answers, command.toUpperCase());
}
