import type { AdapterContext, AdapterFactory } from '../../adapters/adapter.ts';
import { createPendingBytes } from '../../adapters/pending-bytes.ts';
import { openTcpListener, type TcpConnection, type TcpSession } from '../../adapters/tcp-listener.ts';
import { type PanicLineSettings, protocol } from './config.ts';

/** Listens for panic lines. @throws {RuntimeError} `PORT_TAKEN` naming the setting. */
export const createPanicLineAdapter: AdapterFactory<PanicLineSettings> = (context) =>
  openTcpListener(context, {
    ...context.settings,
    protocol,
    setting: 'EDGE_PANICLINE_PORT',
    createSession: (connection) => createPanicLineSession(context, connection),
  });

/** Reads one connection's lines, however its bytes are cut: `SOS <line> <serial>` ends in LF. */
export function createPanicLineSession(context: AdapterContext, connection: TcpConnection): TcpSession {
  const pending = createPendingBytes();
  const onLine = (line: string): boolean => {
    const [, id, serial] = /^SOS ([0-9]{1,8}) ([0-9]{1,8})$/.exec(line) ?? [];
    if (!id || !serial) {
      context.count('unreadable-frames');
      return connection.garbage(line.length + 1);
    }
    connection.trust();
    context.count('frames');
    try {
      const body = { type: 'event', kind: 'sos' } as const;
      context.accept([{ device: `${protocol}:${id}`, origin: { key: serial }, body }]);
    } catch (error) {
      // Without an answer the line sends its alarm again.
      context.count('refused-observations');
      context.log.error({ err: error }, 'alarm refused');
      return true;
    }
    connection.write(Buffer.from(`ACK ${serial}\n`));
    return true;
  };
  return {
    onBytes: (chunk) => {
      pending.append(chunk);
      for (let end = pending.bytes.indexOf('\n'); end >= 0; end = pending.bytes.indexOf('\n')) {
        const line = pending.bytes.toString('latin1', 0, end);
        pending.drop(end + 1);
        if (!onLine(line)) return;
      }
      if (pending.bytes.length > 64 && connection.garbage(pending.bytes.length))
        pending.drop(pending.bytes.length);
    },
    onEnd: () => undefined,
  };
}
