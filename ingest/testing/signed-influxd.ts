import { type Influxd, startInfluxd } from '../store/influx/influxd.ts';

/** An influxd that asks who is there. */
export interface SignedInfluxd extends Influxd {
  /** `user:password` of its administrator. */
  admin: string;
  /** Asks as somebody; answers the status and the words. */
  ask(who: string, statement: string): Promise<{ status: number; words: string }>;
}

/** Every kind of character that a header, an address or a shell would read as its own. */
export const hostilePassword = `100%:ä"密'码 @/?#&=%41\\$x`;

/** Starts the machine's influxd with sign-in and an administrator of this password. */
export async function startSignedInfluxd(
  dataDir: string,
  password = hostilePassword,
): Promise<SignedInfluxd> {
  const influxd = await startInfluxd({ dataDir, env: { INFLUXDB_HTTP_AUTH_ENABLED: 'true' } });
  const ask = async (who: string, statement: string) => {
    const response = await fetch(`${influxd.url}/query`, {
      method: 'POST',
      body: new URLSearchParams({ q: statement }),
      headers: { authorization: `Basic ${Buffer.from(who).toString('base64')}` },
    });
    return { status: response.status, words: await response.text() };
  };
  const admin = `admin:${password}`;
  const escaped = password.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  // Until there is an administrator, making one is all that is allowed.
  await ask(admin, `CREATE USER "admin" WITH PASSWORD '${escaped}' WITH ALL PRIVILEGES`);
  return { ...influxd, admin, ask };
}
