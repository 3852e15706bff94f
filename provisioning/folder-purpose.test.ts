import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readFolderPurpose,
  rememberInstallation,
  requireCommunityFits,
  requireDemoFolder,
  requireOwnFolder,
} from './folder-purpose.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'purpose-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** A registry as the first release made it, with communities. */
function writeRegistry(...communities: [id: string, name: string][]): void {
  const db = new DatabaseSync(join(dataDir, 'registry.db'));
  db.exec(`CREATE TABLE community (id TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
    timezone TEXT NOT NULL DEFAULT 'Asia/Shanghai', division_code TEXT) STRICT`);
  for (const community of communities) {
    db.prepare("INSERT INTO community (id, name_zh, name_en) VALUES (?, ?, '')").run(...community);
  }
  db.close();
}

test('a folder of a demo of an earlier version is known by its account, whatever else was added to it', () => {
  writeRegistry(['demo', '守望示范小区'], ['second', '二期']);
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ demo: { login: 'demo', password: 'x' } }));
  expect(readFolderPurpose(dataDir)).toEqual({ kind: 'demo' });
  requireDemoFolder(dataDir);
  expect(() => requireOwnFolder(dataDir)).toThrow(/demo's folder[\s\S]*SHOUWANG_DATA_DIR=/);
  expect(() => requireCommunityFits(dataDir, 'demo')).toThrow(/give yours another id/);
  requireCommunityFits(dataDir, 'second');
});

test('a demo that was ended before it had its account is a demo still', () => {
  writeRegistry(['demo', '守望示范小区']);
  expect(readFolderPurpose(dataDir)).toEqual({ kind: 'demo' });
});

test('a community of one’s own that is called demo is no demo', () => {
  writeRegistry(['demo', '河畔小区']);
  expect(() => requireDemoFolder(dataDir)).toThrow(/holds demo, and is not the demo's folder/);
});

test('an empty folder is anybody’s; one that was started with a community remembers whose it is', () => {
  expect(readFolderPurpose(dataDir)).toEqual({ kind: 'empty' });
  requireDemoFolder(dataDir);
  requireOwnFolder(dataDir);
  rememberInstallation(dataDir, { community: 'riverside', site: 'gw-1' });
  expect(readFolderPurpose(dataDir)).toEqual({
    kind: 'own',
    installation: { community: 'riverside', site: 'gw-1' },
  });
  expect(() => requireDemoFolder(dataDir)).toThrow(/holds riverside[\s\S]*npm start -- --community/);
});
