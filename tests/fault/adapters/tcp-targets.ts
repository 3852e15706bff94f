import { join } from 'node:path';
import { checksum } from '#edge/adapters/gb26875/panel-frame.ts';
import { createPanelSession } from '#edge/adapters/gb26875/panel-session.ts';
import { createWatchSession } from '#edge/adapters/watch-3g/watch-session.ts';
import { sharedFor as watchShared } from '#edge/testing/feed-watch.ts';
import { sharedFor as panelShared } from '#edge/testing/open-panel.ts';
import { readCases } from '#edge/testing/recording-context.ts';
import { createStream, type FuzzedAdapter, swallowOnce } from './fuzz-target.ts';

const adapters = join(import.meta.dirname, '../../../edge/adapters');
const casesOf = (name: string) => readCases(join(adapters, name, 'testcases')).map(({ input }) => input);

const firstWatch = 7_000_000_000;

/** Watches, by their sessions. */
export const watch: FuzzedAdapter = {
  name: 'watch-3g',
  corpus: casesOf('watch-3g'),
  open: (context) => {
    const shared = watchShared(context);
    const send = createStream((connection) => createWatchSession(shared, connection));
    let id = firstWatch;
    return {
      context,
      send,
      probe: () => {
        const content = 'AL,261126,011500,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0';
        id += 1;
        context.heard.clear();
        send(Buffer.from(`[3G*${id}*${content.length.toString(16).padStart(4, '0')}*${content}]`));
        return context.heard.get(`watch-3g:${id}`) === 'sos';
      },
      close: async () => undefined,
    };
  },
  swallow: (context) => {
    const shared = watchShared(context);
    return swallowOnce((connection) => createWatchSession(shared, connection));
  },
};

const fire = casesOf('gb26875')[
  readCases(join(adapters, 'gb26875/testcases')).findIndex(({ name }) => name === 'fire-smoke-detector')
] as Buffer;
const sourceOffset = 12;

/** A fire of a panel that nobody heard before. */
function fireOf(source: number): Buffer {
  const frame = Buffer.from(fire);
  frame.writeUIntLE(source, sourceOffset, 6);
  frame[frame.length - 3] = checksum(frame, frame.length - 3);
  return frame;
}

/** Fire panels' transmitters, by their sessions. */
export const panel: FuzzedAdapter = {
  name: 'gb26875',
  corpus: casesOf('gb26875'),
  open: (context) => {
    const shared = panelShared(context);
    const send = createStream((connection) => createPanelSession(shared, connection));
    let source = 0x7000_0000_0000;
    return {
      context,
      send,
      probe: () => {
        source += 1;
        context.heard.clear();
        send(fireOf(source));
        const address = `gb26875:${source.toString(16).padStart(12, '0')}`;
        return [...context.heard].some(([device, kind]) => device.startsWith(address) && kind === 'fire');
      },
      close: async () => undefined,
    };
  },
  swallow: (context) => {
    const shared = panelShared(context);
    return swallowOnce((connection) => createPanelSession(shared, connection));
  },
};
