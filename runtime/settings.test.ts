import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentName, loadSettings, settingRows } from './settings.ts';

const settings = {
  part: 'SAMPLE',
  schema: Type.Object({
    dataDir: Type.String({ default: 'data', description: 'Where files are kept.' }),
    batchWindowMs: Type.Integer({
      default: 50,
      minimum: 1,
      maximum: 1000,
      description: 'Longest wait, in ms.',
    }),
    secure: Type.Boolean({ default: false, description: 'Behind TLS.' }),
    password: Type.String({ minLength: 8, description: 'Secret.' }),
    note: Type.Optional(Type.String({ description: 'Anything.' })),
  }),
};
const good = { SAMPLE_PASSWORD: 'longenough' };

test('defaults fill what is not set, and other parts are not read', () => {
  expect(loadSettings(settings, { ...good, OTHER_THING: 'x' })).toEqual({
    dataDir: 'data',
    batchWindowMs: 50,
    secure: false,
    password: 'longenough',
  });
});

test.each([
  [
    { SAMPLE_BATCH_WINDOW_MS: '0' },
    'SETTING_INVALID',
    'SAMPLE_BATCH_WINDOW_MS=0 must be a whole number ≥ 1 ≤ 1000',
  ],
  [{ SAMPLE_BATCH_WINDOW_MS: 'soon' }, 'SETTING_INVALID', 'SAMPLE_BATCH_WINDOW_MS=soon is not a number'],
  [{ SAMPLE_BATCH_WINDOW_MS: '1.5' }, 'SETTING_INVALID', 'SAMPLE_BATCH_WINDOW_MS=1.5'],
  [{ SAMPLE_SECURE: 'yes' }, 'SETTING_INVALID', 'SAMPLE_SECURE=yes must be true or false'],
  [{ SAMPLE_BATCHWINDOW: '5' }, 'SETTING_UNKNOWN', 'SAMPLE_BATCHWINDOW is no setting of sample'],
  [{ SAMPLE_PASSWORD: undefined }, 'SETTING_MISSING', 'SAMPLE_PASSWORD is not set'],
  [
    { SAMPLE_PASSWORD: undefined, SAMPLE_PASSWORD_FILE: '/nowhere/x' },
    'SETTING_INVALID',
    'SAMPLE_PASSWORD_FILE=/nowhere/x cannot be read',
  ],
])('%j stops the start with %s', (env, code, text) => {
  expect(() => loadSettings(settings, { ...good, ...env })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(text) }),
  );
});

test('an old name of a setting stops the start and the new one is named, by value and by file', () => {
  const withRenamed = { ...settings, renamed: { windowMs: 'batchWindowMs', secret: 'password' } as const };
  const refusal = (message: string) => expect.objectContaining({ code: 'SETTING_RENAMED', message });
  expect(() => loadSettings(withRenamed, { ...good, SAMPLE_WINDOW_MS: '50' })).toThrow(
    refusal('SAMPLE_WINDOW_MS is now called SAMPLE_BATCH_WINDOW_MS; give it by that name'),
  );
  expect(() => loadSettings(withRenamed, { SAMPLE_SECRET_FILE: '/run/secret' })).toThrow(
    refusal('SAMPLE_SECRET_FILE is now called SAMPLE_PASSWORD_FILE; give it by that name'),
  );
  expect(loadSettings(withRenamed, { ...good, SAMPLE_BATCH_WINDOW_MS: '60' }).batchWindowMs).toBe(60);
});

test('a secret that is too short is told by its name, its length and the least, and is not shown', () => {
  const says = (least: number) => `SAMPLE_PASSWORD is too short: it has 5 of at least ${least} characters`;
  expect(() => loadSettings(settings, { SAMPLE_PASSWORD: 'short' })).toThrow(says(8));
  for (const pattern of ['^.{16,}$', '^[\\x21-\\x7e]{16,}$']) {
    const schema = Type.Object({ password: Type.String({ pattern, description: 'Secret.' }) });
    expect(() => loadSettings({ part: 'SAMPLE', schema }, { SAMPLE_PASSWORD: 'short' })).toThrow(says(16));
    expect(settingRows({ part: 'SAMPLE', schema })[0]?.bounds).toContain('of at least 16 characters');
  }
});

test('a refused secret is not shown', () => {
  const schema = Type.Object({ password: Type.String({ pattern: '^[a-z]{4,}$', description: 'Secret.' }) });
  const part = 'SAMPLE';
  expect(() => loadSettings({ part, schema }, { SAMPLE_PASSWORD: 'UPPER' })).toThrow(
    'SAMPLE_PASSWORD=(hidden)',
  );
});

describe('a setting as a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const given = (text: string) => {
    writeFileSync(join(folder, 'password'), text);
    return { SAMPLE_PASSWORD_FILE: join(folder, 'password') };
  };

  test.each(['from a file', 'from a file\n', 'from a file\r\nmade by hand, 2026\n'])(
    '%j is its first line',
    (text) => {
      expect(loadSettings(settings, given(text)).password).toBe('from a file');
    },
  );

  test('that is a number is read as one', () => {
    writeFileSync(join(folder, 'window'), '70\n');
    expect(
      loadSettings(settings, { ...good, SAMPLE_BATCH_WINDOW_MS_FILE: join(folder, 'window') }).batchWindowMs,
    ).toBe(70);
  });

  test('beside the setting itself stops the start, and shows neither', () => {
    const both = () => loadSettings(settings, { ...good, ...given('from a file') });
    expect(both).toThrow('SAMPLE_PASSWORD and SAMPLE_PASSWORD_FILE are both set; take one of them away');
  });

  test.each(['', '\n', '  \nsecond line'])('%j is refused as empty', (text) => {
    expect(() => loadSettings(settings, given(text))).toThrow('password has an empty first line');
  });
});

test('names and bounds are told for the documents', () => {
  expect(environmentName('EDGE', 'gb26875Port')).toBe('EDGE_GB26875_PORT');
  expect(settingRows(settings)[1]).toEqual({
    variable: 'SAMPLE_BATCH_WINDOW_MS',
    default: '50',
    bounds: 'a whole number ≥ 1 ≤ 1000',
    description: 'Longest wait, in ms.',
  });
});
