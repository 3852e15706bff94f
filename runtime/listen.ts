import { once } from 'node:events';
import type { Server } from 'node:net';
import { errorCode, RuntimeError } from './errors.ts';

/** Where a listener goes, and which setting says so. */
export interface ListenAddress {
  host: string;
  port: number;
  /** Names the part and the setting in an error, e.g. `BROKER_TCP_PORT`. */
  setting: string;
}

/**
 * Opens a listener and returns the port it got.
 *
 * @throws {RuntimeError} `PORT_TAKEN` or `PORT_NOT_ALLOWED`, naming the setting.
 */
export async function listen(server: Server, address: ListenAddress): Promise<number> {
  server.listen(address.port, address.host);
  await once(server, 'listening').catch((error: Error) => {
    throw listenError(error, address);
  });
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : address.port;
}

/** Says of a listener's error which part and setting it concerns. */
export function listenError(error: Error, { host, port, setting }: ListenAddress): Error {
  const part = setting.split('_')[0]?.toLowerCase();
  if (errorCode(error) === 'EADDRINUSE') {
    return new RuntimeError(
      'PORT_TAKEN',
      `${part}: port ${port} on ${host} is taken; free it or set ${setting} to another`,
      { cause: error },
    );
  }
  if (errorCode(error) === 'EACCES' || errorCode(error) === 'EADDRNOTAVAIL') {
    return new RuntimeError(
      'PORT_NOT_ALLOWED',
      `${part}: may not listen on ${host}:${port}; set ${setting} or its host to another`,
      { cause: error },
    );
  }
  return error;
}
