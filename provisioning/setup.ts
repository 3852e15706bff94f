import { spawnSync } from 'node:child_process';
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Installs the Debian packages that the tests run against, where it may; otherwise names what is missing.
 * Running it again installs nothing.
 */
const needs = [
  { package: 'influxdb', has: () => hasCommand('influxd'), for: 'a real InfluxDB for the store tests' },
  { package: 'mosquitto-clients', has: () => hasCommand('mosquitto_pub'), for: 'a foreign MQTT client' },
  { package: 'mosquitto', has: () => hasCommand('mosquitto'), for: "a gateway's existing broker" },
  { package: 'strace', has: () => hasCommand('strace'), for: 'the power-cut tests' },
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

const policyFile = '/usr/sbin/policy-rc.d';

/**
 * Installs packages without starting their services: mosquitto and InfluxDB would use ports of ours, now and at every
 * start of the machine.
 *
 * @see `invoke-rc.d(8)` of Debian: 101 is "action forbidden by policy"
 */
function installUnstarted(packages: string[]): void {
  let isOurs = false;
  try {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
    isOurs = true;
  } catch {
    // The machine has a policy of its own, e.g. in a container.
  }
  try {
    run(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } finally {
    if (isOurs) rmSync(policyFile);
  }
  const services = ['mosquitto', 'influxdb'].filter((service) => packages.includes(service));
  if (services.length > 0 && hasCommand('systemctl')) {
    spawnSync('systemctl', ['disable', '--now', ...services], { stdio: 'ignore' });
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
    installUnstarted(packages);
  }
  const left = needs.filter((need) => !need.has());
  if (left.length > 0) {
    console.error('The tests need these Debian packages, which could not be installed:');
    for (const need of left) console.error(`  ${need.package}: ${need.for}`);
    console.error(`Install them: sudo apt-get install ${left.map((need) => need.package).join(' ')}`);
    process.exit(1);
  }
}
