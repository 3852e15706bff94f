import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, envExample } from './configuration-page.ts';
import { grafanaFiles } from './grafana/grafana-files.ts';
import { grafanaFolder, writeChangedFiles } from './grafana/write-changed-files.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs/configuration.md'), configurationPage());
writeFileSync(join(root, '.env.example'), envExample());
writeChangedFiles(grafanaFolder, grafanaFiles());
