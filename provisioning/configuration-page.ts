import { brokerSettings } from '#broker/config.ts';
import { dashboardSettings } from '#dashboard/config.ts';
import { dispatchSettings } from '#dispatch/config.ts';
import { adapters } from '#edge/adapters/all.ts';
import { edgeSettings } from '#edge/config.ts';
import { nodeRedSettings } from '#edge/node-red/config.ts';
import { ingestSettings, storeSettings } from '#ingest/config.ts';
import { type SettingsSchema, settingRows } from '#runtime/settings.ts';
import { simulatorSettings } from '#simulators/config.ts';
import { WarningSettings } from '#warning/config.ts';

/** Settings of every part, in the order a message travels. */
const parts: [heading: string, settings: SettingsSchema][] = [
  ['edge: the agent on a gateway', edgeSettings],
  ...adapters.map(({ settings }): [string, SettingsSchema] => [
    `edge: ${settings.devices}, ${settings.protocol}`,
    settings,
  ]),
  ['edge: the flow editor, a process of its own', nodeRedSettings],
  ['broker', brokerSettings],
  ['ingest: receiving and the journal', ingestSettings],
  ['ingest: the telemetry store', storeSettings],
  ['warning: rules, in a worker of ingest', WarningSettings],
  ['dispatch', dispatchSettings],
  ['dashboard', dashboardSettings],
  ['simulators', simulatorSettings],
];

/** Writes `docs/configuration.md` from the schemas of the settings. */
export function configurationPage(): string {
  const sections = parts.map(([heading, settings]) =>
    [
      `## ${heading}`,
      '',
      '| setting | default | bounds | what |',
      '| --- | --- | --- | --- |',
      ...settingRows(settings).map(
        (row) =>
          `| \`${row.variable}\` | ${cell(row.default && `\`${row.default}\``)} | ${cell(row.bounds)} | ${cell(row.description)} |`,
      ),
    ].join('\n'),
  );
  return `# Configuration

Written by \`npm run generate\` from the schemas in the code; a test fails where it is stale.

Every setting is an environment variable. All but log levels may be given as a file instead, by the same name with
\`_FILE\`: its first line is the value. A wrong value stops the start and names setting, value and bound; so do a name
that a part does not know, a file that cannot be read or begins with an empty line, and a setting given both ways.

\`SHOUWANG_DATA_DIR\` (default \`data\`) is the folder of \`npm start\`, \`npm run provision\` and \`npm run scenario\`.

Under \`npm start\` each process gets the settings of its own parts and what the machine tells every program (\`PATH\`,
\`TZ\`, \`NODE_OPTIONS\`, …); no process has another's passwords, nor those of other programs, in its environment.

\`npm start\` runs two agents: one as on site, and a hosted one for wearables over the mobile network. \`EDGE_WATCH3G_…\`
goes to the hosted one, the other adapters, the feed for flows and \`EDGE_HEALTH_PORT\` to the one on site, all else of
\`EDGE_…\` to both. \`EDGE_HOSTED_X\` is \`EDGE_X\` of the hosted one alone, and wins; its health port is 9418.

${sections.join('\n\n')}
`;
}

/** Writes `.env.example`: every setting with its default, commented out. */
export function envExample(): string {
  const sections = parts.map(([heading, settings]) =>
    [
      `# ${heading}`,
      ...settingRows(settings).map(
        (row) => `#${row.variable}=${row.default === 'required' ? '' : row.default}`,
      ),
    ].join('\n'),
  );
  return `# Written by npm run generate; docs/configuration.md says what each setting means.\n\n${sections.join('\n\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
