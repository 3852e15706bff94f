import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, envExample } from './configuration-page.ts';
import { grafanaFolder, writeGrafanaFiles } from './grafana/write-grafana-files.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, 'docs/configuration.md'), configurationPage());
writeFileSync(join(root, '.env.example'), envExample());
writeGrafanaFiles(grafanaFolder);
