import { io, type Socket } from 'socket.io-client';
import type { Incident } from '#contracts/incident.ts';
import type { LiveUpdate, PageToServer, ServerToPage, Snapshot } from '#contracts/socket-events.ts';

/** A page without a browser: signed in, live, seeing what a page sees. */
export interface PageClient {
  /** What the first snapshot said. */
  snapshot: Snapshot;
  /** Newest state of every incident seen so far, by id. */
  incidents: ReadonlyMap<string, Incident>;
  /** Updates as they arrive; the returned function ends it. */
  onUpdate(listener: (update: LiveUpdate) => void): () => void;
  /** Settles with the first incident, seen already or later, that fits. @throws when `signal` ends first. */
  waitForIncident(fits: (incident: Incident) => boolean, signal: AbortSignal): Promise<Incident>;
  /** Calls the REST interface. @throws {Error} with the server's words on a refusal. */
  rest<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T>;
  /** Reads what is not JSON, e.g. an export, as text. @throws {Error} with the server's words on a refusal. */
  text(path: string): Promise<string>;
  close(): void;
}

/** Signs in and goes live. @throws {Error} saying what the server answered. */
export async function openPageClient(options: {
  url: string;
  login: string;
  password: string;
}): Promise<PageClient> {
  const { url } = options;
  let cookie = '';
  const ask = async (method: string, path: string, body?: object): Promise<string> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        origin: url,
        ...(cookie && { cookie }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    const set = response.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (set.length > 0) cookie = set.join('; ');
    return text;
  };
  const rest = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const text = await ask(method, path, body);
    return text ? (JSON.parse(text) as T) : (undefined as T);
  };
  await rest('POST', '/api/session', { login: options.login, password: options.password });

  const socket: Socket<ServerToPage, PageToServer> = io(url, {
    path: '/live',
    transports: ['websocket'],
    extraHeaders: { cookie, origin: url },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });

  const incidents = new Map<string, Incident>();
  const listeners = new Set<(update: LiveUpdate) => void>();
  let sequence = -1;
  const take = (update: LiveUpdate) => {
    sequence = update.sequence;
    if (update.type === 'incident') incidents.set(update.incident.id, update.incident);
    for (const listener of listeners) listener(update);
  };
  const resync = async () => {
    const answer = await socket.timeout(10_000).emitWithAck('resync', { sequence });
    if ('error' in answer) throw new Error(answer.error);
    if ('updates' in answer) {
      for (const update of answer.updates) take(update);
      return undefined;
    }
    sequence = answer.snapshot.sequence;
    for (const incident of answer.snapshot.incidents) incidents.set(incident.id, incident);
    return answer.snapshot;
  };
  // A resync that failed is made up for: the next update, or the next connection, asks again.
  const catchUp = () => void resync().catch(() => undefined);
  socket.on('update', (update) => {
    // A missed sequence is fetched; what arrives twice is taken once.
    if (update.sequence === sequence + 1) take(update);
    else if (update.sequence > sequence) catchUp();
  });
  socket.on('notification', ({ incident, attention }, taken) =>
    taken((incidents.get(incident)?.attention ?? 0) >= attention),
  );
  const snapshot = await resync();
  if (!snapshot) throw new Error('the server answered the first resync without a snapshot');
  socket.on('connect', catchUp);

  const onUpdate = (listener: (update: LiveUpdate) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    snapshot,
    incidents,
    onUpdate,
    rest,
    text: (path) => ask('GET', path),
    waitForIncident: (fits, signal) =>
      new Promise((resolve, reject) => {
        const seen = [...incidents.values()].find(fits);
        if (seen) return resolve(seen);
        const stop = onUpdate((update) => {
          if (update.type !== 'incident' || !fits(update.incident)) return;
          stop();
          resolve(update.incident);
        });
        signal.addEventListener('abort', () => {
          stop();
          reject(signal.reason);
        });
      }),
    close: () => {
      socket.close();
    },
  };
}
