import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '#registry/credentials.ts';

/** Secrets shared by the processes of one machine; stored in `<dataDir>/secrets.json`, readable only by the owner. */
export interface Secrets {
  services: Record<string, string>;
  /** By `community.gateway`; only gateways that run on this machine. */
  gateways: Record<string, string>;
  dispatchToken: string;
  ingestToken: string;
  /** Last part of the path that gate terminals post to. */
  gateToken: string;
  /** Password of Zigbee2MQTT at the gateway on this machine. */
  zigbeePassword: string;
  /** Opens the doors of the simulated gate terminals. */
  doorPassword: string;
  sessionSecret: string;
  /** Of the gateway's flow editor: the feed it reads, its sign-in, and the key of credentials in flows. */
  flows: { feedToken: string; password: string; credentialSecret: string };
  /** Of the embedded InfluxDB 2.x: its user's password, and the token that reads and writes there. */
  influx: { password: string; token: string };
  /** The demo's account, with a password generated for this machine. */
  demo?: { login: string; password: string };
}

const secretBytes = 32;

/** Reads the machine's secrets and creates missing ones. */
export function openSecrets(dataDir: string): Secrets & { save(): void } {
  const file = join(dataDir, 'secrets.json');
  const kept: Partial<Secrets> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const make = () => randomBytes(secretBytes).toString('base64url');
  const secrets = {
    services: { ...Object.fromEntries(services.map((service) => [service, make()])), ...kept.services },
    gateways: kept.gateways ?? {},
    dispatchToken: kept.dispatchToken ?? make(),
    ingestToken: kept.ingestToken ?? make(),
    gateToken: kept.gateToken ?? make(),
    zigbeePassword: kept.zigbeePassword ?? make(),
    doorPassword: kept.doorPassword ?? make(),
    sessionSecret: kept.sessionSecret ?? make(),
    flows: kept.flows ?? { feedToken: make(), password: make(), credentialSecret: make() },
    influx: kept.influx ?? { password: make(), token: make() },
    ...(kept.demo && { demo: kept.demo }),
    save() {
      const { save: _save, ...values } = secrets;
      writeFileSync(file, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
    },
  } as Secrets & { save(): void };
  return secrets;
}
