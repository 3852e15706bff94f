import type { AudibleLevel } from './alarm-decision.ts';

interface Tone {
  hz: number;
  fromS: number;
  toS: number;
}

/** One round of each pattern: a quick two-tone for red, two slow strokes and a rest for orange. */
const patterns = {
  red: {
    lengthS: 1.2,
    tones: [
      { hz: 960, fromS: 0, toS: 0.28 },
      { hz: 720, fromS: 0.3, toS: 0.58 },
      { hz: 960, fromS: 0.6, toS: 0.88 },
      { hz: 720, fromS: 0.9, toS: 1.18 },
    ],
  },
  orange: {
    lengthS: 3,
    tones: [
      { hz: 660, fromS: 0, toS: 0.5 },
      { hz: 550, fromS: 0.7, toS: 1.2 },
    ],
  },
} as const satisfies Record<AudibleLevel, { lengthS: number; tones: readonly Tone[] }>;

/** Time over which a tone swells and fades, so that it does not click, in s. */
const rampS = 0.015;

/**
 * One round of a level's pattern, to be played in a loop.
 *
 * @param sampleRate Samples a second, > 0.
 * @returns Samples in -1..1.
 */
export function patternSamples(level: AudibleLevel, sampleRate: number): Float32Array<ArrayBuffer> {
  const { lengthS, tones } = patterns[level];
  const samples = new Float32Array(Math.round(lengthS * sampleRate));
  for (const tone of tones) {
    for (let index = Math.ceil(tone.fromS * sampleRate); index < tone.toS * sampleRate; index += 1) {
      samples[index] = toneAt(tone, index / sampleRate);
    }
  }
  return samples;
}

// A third harmonic carries through a duty room's noise and to ears that no longer hear high tones well.
function toneAt({ hz, fromS, toS }: Tone, atS: number): number {
  const phase = 2 * Math.PI * hz * (atS - fromS);
  const swell = Math.min(1, (atS - fromS) / rampS, (toS - atS) / rampS);
  return swell * (0.7 * Math.sin(phase) + 0.25 * Math.sin(3 * phase));
}
