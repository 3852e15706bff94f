import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskStep } from './disk-recording.ts';

/** Unit that a disk writes whole. */
const sectorBytes = 512;

type Change = Extract<DiskStep, { step: 'write' | 'truncate' | 'remove' }>;

/**
 * Rebuilds a folder as a power cut before step `cut` may leave it: everything that was synced, and of the rest none,
 * or any part in any order, a write torn between sectors. Names are kept as ext4 and XFS do: in one log in order, so a
 * sync also keeps what was created or removed before it. The index in shared memory (`-shm`) is never on disk.
 */
export function rebuildDisk(
  steps: readonly DiskStep[],
  cut: number,
  random: () => number,
  folder: string,
): void {
  mkdirSync(folder, { recursive: true });
  const keepsSome = random() < 0.5;
  for (const [file, { kept, pending }] of changesBefore(steps, cut)) {
    const changes = keepsSome ? [...kept, ...someOf(pending, random)] : kept;
    const image = imageOf(changes);
    if (image) writeFileSync(join(folder, file), image);
  }
}

interface Pending {
  at: number;
  change: Change;
}

function changesBefore(steps: readonly DiskStep[], cut: number) {
  const files = new Map<string, { kept: Change[]; pending: Pending[] }>();
  for (let at = 0; at < cut; at++) {
    const step = steps[at] as DiskStep;
    if (step.step === 'said' || step.file.endsWith('-shm')) continue;
    const file = files.get(step.file) ?? { kept: [], pending: [] };
    files.set(step.file, file);
    if (step.step !== 'sync') {
      file.pending.push({ at, change: step });
      continue;
    }
    for (const other of files.values()) {
      const isKept = ({ at: when, change }: Pending) =>
        when < step.covers && (other === file || change.step === 'remove');
      const until = other.pending.findLastIndex(isKept) + 1;
      other.kept.push(...other.pending.slice(0, until).map(({ change }) => change));
      other.pending = other.pending.slice(until);
    }
  }
  return files;
}

function someOf(pending: readonly { change: Change }[], random: () => number): Change[] {
  return pending
    .filter(() => random() < 0.5)
    .map(({ change }) => ({ change, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ change }) => tornOf(change, random));
}

function tornOf(change: Change, random: () => number): Change {
  if (change.step !== 'write' || random() < 0.7) return change;
  const sectors = Math.floor((change.bytes.length / sectorBytes) * random());
  return { ...change, bytes: change.bytes.subarray(0, sectors * sectorBytes) };
}

/** The bytes that changes leave, undefined where there is no file. */
function imageOf(changes: readonly Change[]): Buffer | undefined {
  const end = (change: Change) => (change.step === 'write' ? change.offset + change.bytes.length : 0);
  const image = Buffer.alloc(changes.reduce((most, change) => Math.max(most, end(change)), 0));
  let size: number | undefined;
  for (const change of changes) {
    if (change.step === 'write') {
      change.bytes.copy(image, change.offset);
      size = Math.max(size ?? 0, end(change));
    } else {
      const left = change.step === 'truncate' ? change.size : 0;
      image.fill(0, Math.min(left, image.length));
      size = change.step === 'truncate' ? left : undefined;
    }
  }
  if (size === undefined || size <= image.length)
    return size === undefined ? undefined : image.subarray(0, size);
  return Buffer.concat([image, Buffer.alloc(size - image.length)]);
}
