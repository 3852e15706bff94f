import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { grafanaFiles } from './grafana-files.ts';
import { generatedFiles, writeChangedFiles } from './write-changed-files.ts';

const run = promisify(execFile);

test('a folder gets every file once, a changed one anew, and those of others are left alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grafana-'));
  writeFileSync(join(folder, 'own.yaml'), 'apiVersion: 1\n');
  const paths = Object.keys(grafanaFiles()).map((path) => join(folder, path));
  expect(writeChangedFiles(folder, grafanaFiles())).toEqual(paths);
  expect(writeChangedFiles(folder, grafanaFiles())).toEqual([]);
  const [first = ''] = paths;
  appendFileSync(first, '# changed\n');
  expect(writeChangedFiles(folder, grafanaFiles())).toEqual([first]);
  expect(readFileSync(join(folder, 'own.yaml'), 'utf8')).toBe('apiVersion: 1\n');
  rmSync(folder, { recursive: true });
});

test('without the SDK the files are the same', () => {
  expect(generatedFiles()).toEqual(grafanaFiles());
});

test('the command needs no library that a production install leaves out', async () => {
  const trace = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.startsWith('@grafana/')) throw new Error('development library loaded: ' + name);
      return next(name, context);
    } });`;
  const hook = `data:text/javascript,${encodeURIComponent(trace)}`;
  const folder = mkdtempSync(join(tmpdir(), 'grafana-'));
  const command = ['--import', hook, join(import.meta.dirname, '../provision.ts'), 'grafana', folder];
  expect((await run(process.execPath, command)).stdout).toContain(`wrote ${folder}/datasources/`);
  rmSync(folder, { recursive: true });
});

test('the command names what it wrote and what Grafana needs in its environment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grafana-'));
  const command = [join(import.meta.dirname, '../provision.ts'), 'grafana', folder];
  const first = await run(process.execPath, command);
  expect(first.stdout).toContain(`wrote ${folder}/dashboards/community-overview.generated.json`);
  expect(first.stdout).toContain(`GF_PATHS_PROVISIONING=${folder}`);
  const second = await run(process.execPath, command);
  expect(second.stdout).toContain('nothing to do');
  rmSync(folder, { recursive: true });
});

test('a folder that cannot be written is named', async () => {
  const command = [join(import.meta.dirname, '../provision.ts'), 'grafana', '/dev/null/grafana'];
  await expect(run(process.execPath, command)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^provision grafana: .*\/dev\/null\/grafana/),
  });
});
