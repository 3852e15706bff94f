import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configurationPage, envExample } from './configuration-page.ts';
import { grafanaFiles } from './grafana/grafana-files.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs/configuration.md'), configurationPage());
writeFileSync(join(root, '.env.example'), envExample());
for (const [path, text] of Object.entries(grafanaFiles())) {
  const file = join(import.meta.dirname, 'grafana', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
