import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Installs the Debian packages that the tests run against, where it may; otherwise names what is missing.
 * Running it again installs nothing.
 */
const needs = [
  { package: 'influxdb', has: () => hasCommand('influxd'), for: 'a real InfluxDB for the store tests' },
  { package: 'mosquitto-clients', has: () => hasCommand('mosquitto_pub'), for: 'a foreign MQTT client' },
  { package: 'chromium', has: () => hasCommand('chromium'), for: 'the browser tests' },
  { package: 'fonts-noto-cjk', has: hasChineseFont, for: 'Chinese text in the browser tests' },
];

function hasCommand(command: string): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/bin', '/usr/sbin')
    .some((folder) => {
      try {
        accessSync(join(folder, command), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function hasChineseFont(): boolean {
  try {
    accessSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc');
    return true;
  } catch {
    const listed = spawnSync('fc-list', [':lang=zh-cn'], { encoding: 'utf8' });
    return listed.status === 0 && listed.stdout.trim() !== '';
  }
}

function run(args: string[]): boolean {
  const { status } = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

const missing = needs.filter((need) => !need.has());
if (missing.length > 0) {
  const packages = missing.map((need) => need.package);
  const mayInstall = process.getuid?.() === 0 && hasCommand('apt-get');
  if (mayInstall) {
    console.log(`installing ${packages.join(', ')}; the first time takes some minutes`);
    run(['update', '-qq']);
    run(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  }
  const left = needs.filter((need) => !need.has());
  if (left.length > 0) {
    console.error('The tests need these Debian packages, which could not be installed:');
    for (const need of left) console.error(`  ${need.package}: ${need.for}`);
    console.error(`Install them: sudo apt-get install ${left.map((need) => need.package).join(' ')}`);
    process.exit(1);
  }
}
