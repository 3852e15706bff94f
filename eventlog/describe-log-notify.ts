import { expect, test, vi } from 'vitest';
import type { LogListener, LogNotifier } from './notify.ts';

/** How an engine notifies, for the suite: both ends of one log, of which there may be several of each. */
export interface NotifyEngine {
  openNotifier(): Promise<LogNotifier>;
  listen(onNotify: () => void): LogListener;
}

/** The behaviour of every engine's notifier and listener. */
export function describeLogNotify(create: () => NotifyEngine): void {
  const heardMore = (heard: ReturnType<typeof vi.fn>, than: number) =>
    vi.waitFor(() => expect(heard.mock.calls.length).toBeGreaterThan(than));

  test('every listener hears that the log grew', async () => {
    const engine = create();
    const notifier = await engine.openNotifier();
    const heard = [vi.fn(), vi.fn()] as const;
    const listeners = heard.map((one) => engine.listen(one));
    for (const one of heard) await heardMore(one, 0);
    const before = heard.map((one) => one.mock.calls.length);
    notifier.notify();
    for (const [index, one] of heard.entries()) await heardMore(one, before[index] ?? 0);
    for (const listener of listeners) listener.close();
    await notifier.close();
  });

  test('a listener that began first hears a notifier that comes later, and one that comes after it', async () => {
    const engine = create();
    const heard = vi.fn();
    const listener = engine.listen(heard);
    const first = await engine.openNotifier();
    await heardMore(heard, 0);
    await first.close();
    const before = heard.mock.calls.length;
    const second = await engine.openNotifier();
    await heardMore(heard, before);
    listener.close();
    await second.close();
  });

  test('a listener that went away costs the others nothing', async () => {
    const engine = create();
    const notifier = await engine.openNotifier();
    const [gone, stays] = [vi.fn(), vi.fn()];
    const listener = engine.listen(gone);
    const other = engine.listen(stays);
    await heardMore(gone, 0);
    await heardMore(stays, 0);
    listener.close();
    const before = stays.mock.calls.length;
    notifier.notify();
    await heardMore(stays, before);
    other.close();
    await notifier.close();
  });

  test('nobody listening, notifying does nothing', async () => {
    const notifier = await create().openNotifier();
    expect(() => notifier.notify()).not.toThrow();
    await notifier.close();
  });
}
