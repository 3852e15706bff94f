import { aliveIntervalMs, type FeedLine } from './feed-messages.ts';

/** Longest line of the feed, in characters; a longer one ends the connection. */
const maxLineLength = 262_144;

/** Silence after which the connection is given up, in ms. */
const silenceMs = 3 * aliveIntervalMs;

/**
 * Reads the feed until it ends, calling with each line.
 *
 * @throws {Error} where the connection fails, is refused, falls silent or is aborted.
 */
export async function readFeed(
  url: string,
  authorization: string,
  closing: AbortSignal,
  onLine: (line: FeedLine) => void,
): Promise<void> {
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`the feed was silent for ${silenceMs} ms`));
  const timer = setTimeout(giveUp, silenceMs);
  try {
    const signal = AbortSignal.any([closing, silence.signal]);
    const response = await fetch(url, { headers: { authorization }, signal });
    if (!response.ok || !response.body) throw new Error(`the feed answered ${response.status}`);
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLineLength)
        throw new Error(`a line of the feed is over ${maxLineLength} characters`);
      for (const line of lines) onLine(parseLine(line));
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A line that cannot be read is a copy lost, and the feed goes on. */
function parseLine(line: string): FeedLine {
  try {
    return JSON.parse(line) as FeedLine;
  } catch {
    return { type: 'lost', count: 1 };
  }
}
