import type { SessionDevice } from '#contracts/rest.ts';

/** What a browser says of itself; the first that fits, since most also name those they are made of. */
const browsers: [SessionDevice['browser'], RegExp][] = [
  ['wechat', /MicroMessenger/i],
  ['edge', /\bEdg(e|A|iOS)?\//],
  ['firefox', /\b(Firefox|FxiOS)\//],
  ['chrome', /(Chrome|CriOS)\//],
  ['safari', /\bSafari\//],
];
const systems: [SessionDevice['system'], RegExp][] = [
  ['harmony', /HarmonyOS|OpenHarmony/i],
  ['android', /Android/],
  ['iphone', /iPhone|iPod/],
  ['ipad', /iPad/],
  ['windows', /Windows/],
  ['mac', /Mac OS X|Macintosh/],
  ['linux', /Linux|X11/],
];

/** Reads browser and system off a User-Agent header, for people to recognise their own by. */
export function readSessionDevice(userAgent: string | undefined): SessionDevice {
  const text = (userAgent ?? '').slice(0, 512);
  const find = <T>(words: [T, RegExp][]) => words.find(([, pattern]) => pattern.test(text))?.[0];
  return { browser: find(browsers) ?? 'other', system: find(systems) ?? 'other' };
}
