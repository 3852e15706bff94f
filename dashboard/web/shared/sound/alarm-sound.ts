import type { AudibleLevel } from './alarm-decision.ts';
import { patternSamples } from './alarm-pattern.ts';

/** `blocked`: the browser lets nothing be heard until somebody clicks or types. */
export type SoundStatus = 'silent' | 'sounding' | 'blocked';

/** Sounds the duty room's alarm. */
export interface AlarmSound {
  /** Sounds a level's pattern until told otherwise; undefined is silence. */
  play(level: AudibleLevel | undefined): void;
  /** Sounds the red pattern for 3 s, to be heard and answered for; an alarm ends it, and sounds itself. */
  tryOut(): void;
  endTryOut(): void;
  /** Asks the browser to let sound be heard; works within a click or a key press. */
  unlock(): void;
  getStatus(): SoundStatus;
  subscribe(listener: () => void): () => void;
}

/** How long a try-out sounds, in s. */
const tryOutS = 3;

/**
 * Creates the alarm sound. The pattern is one looping buffer, so a hidden tab's slow timers do not touch it. What
 * it does stands on `root` as `data-sound`, `data-try-out` and `data-audio-state` (the state of the `AudioContext`).
 */
export function createAlarmSound(root: HTMLElement, context = new AudioContext()): AlarmSound {
  const listeners = new Set<() => void>();
  let playing: { level: AudibleLevel; source: AudioBufferSourceNode } | undefined;
  let trying: AudioBufferSourceNode | undefined;
  let status: SoundStatus = 'blocked';

  const show = () => {
    if (context.state !== 'running') status = 'blocked';
    else status = playing ? 'sounding' : 'silent';
    root.dataset.sound = status;
    root.dataset.audioState = context.state;
    for (const listener of listeners) listener();
  };
  const unlock = () => {
    // A refusal is no news: the page goes on showing that it is blocked.
    if (context.state !== 'running') context.resume().then(show, show);
  };

  const endTryOut = () => {
    trying?.stop();
    trying = undefined;
    delete root.dataset.tryOut;
  };
  const tryOut = () => {
    unlock();
    endTryOut();
    if (playing) return;
    const source = startLoop(context, 'red', tryOutS);
    trying = source;
    root.dataset.tryOut = 'sounding';
    source.addEventListener('ended', () => {
      if (trying === source) endTryOut();
    });
  };

  context.addEventListener('statechange', show);
  show();
  return {
    play: (level) => {
      if (playing?.level === level) return;
      playing?.source.stop();
      endTryOut();
      playing = level && { level, source: startLoop(context, level) };
      if (level) unlock();
      show();
    },
    tryOut,
    endTryOut,
    unlock,
    getStatus: () => status,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function startLoop(context: AudioContext, level: AudibleLevel, lengthS?: number): AudioBufferSourceNode {
  const samples = patternSamples(level, context.sampleRate);
  const buffer = context.createBuffer(1, samples.length, context.sampleRate);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.connect(context.destination);
  source.start();
  if (lengthS !== undefined) source.stop(context.currentTime + lengthS);
  return source;
}

/** Unlocks at every click and key press anywhere in the page until the browser gives way. */
export function unlockOnGesture(sound: AlarmSound, target: EventTarget): void {
  const unlock = () => {
    if (sound.getStatus() === 'blocked') sound.unlock();
  };
  target.addEventListener('pointerdown', unlock, { capture: true });
  target.addEventListener('pointerup', unlock, { capture: true });
  target.addEventListener('keydown', unlock, { capture: true });
}
