import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Device, fromParts, partsOf } from '#registry/community-registry.ts';
import { type Registry, registryOf } from '#registry/registry.ts';
import { withChanges } from '#runtime/overlay-map.ts';
import { Presence } from './presence.ts';
import { scriptRegistry } from './testing/journal-script.ts';
import { scriptSettings } from './testing/run-script.ts';
import { openWarningStore } from './warning-store.ts';

/** The next registry, made of what changed alone. */
function changed(before: Registry, community: string, changes: Map<string, Device | undefined>): Registry {
  const parts = partsOf(before.of(community)!);
  const own = fromParts({ ...parts, devices: withChanges(parts.devices, changes) });
  const communities = new Map([...before.communities, [community, own] as const]);
  return registryOf(before.revision + 1, communities, before.credentials);
}

test('of a registry read by what changed, a moved, a new and a removed device are taken over, of its community alone', () => {
  const before = scriptRegistry({}, [], ['c1', 'c2']);
  const presence = new Presence(
    { clock: { ms: 0, listening: false }, gateways: [], devices: [] },
    scriptSettings,
  );
  presence.sync(before);
  presence.forgetChanges();
  const watch = before.of('c1')!.devices.get('watch')!;
  const after = changed(
    before,
    'c1',
    new Map([
      ['watch', { ...watch, gateway: 'gw2', stale_after_ms: 5000 }],
      ['pendant', { ...watch, id: 'pendant' }],
      ['panel', undefined],
    ]),
  );
  presence.sync(after, before);
  expect(presence.device('c1', 'watch')).toMatchObject({ gateway: 'gw2', staleAfterMs: 5000 });
  expect(presence.device('c1', 'pendant')).toMatchObject({ gateway: 'gw1', state: 'unheard' });
  expect(presence.device('c1', 'panel')).toBeUndefined();
  expect(presence.device('c2', 'watch')).toMatchObject({ gateway: 'gw1' });
  expect(presence.device('c2', 'panel')).toBeDefined();
  expect([...presence.removedDevices].map(({ community, device }) => [community, device])).toEqual([
    ['c1', 'panel'],
  ]);
});

test('a device taken out of one community leaves what is known of its namesake on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'presence-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = openWarningStore(join(folder, 'warning.db'));
  onTestFinished(() => store.close());
  const presence = new Presence(store.load().presence, scriptSettings);
  const save = () =>
    store.save({ cursor: 0, sequence: 0, changes: { transitions: [], warnings: [] }, presence, states: [] });
  const before = scriptRegistry({}, [], ['c1', 'c2']);
  presence.sync(before);
  save();
  presence.sync(changed(before, 'c1', new Map([['panel', undefined]])), before);
  save();
  const panels = store.load().presence.devices.filter(({ device }) => device === 'panel');
  expect(panels.map(({ community }) => community)).toEqual(['c2']);
});
