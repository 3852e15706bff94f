import { io, type Socket } from 'socket.io-client';
import type { Incident, NotificationView } from '#contracts/incident.ts';
import type { LiveUpdate, PageToServer, ServerToPage } from '#contracts/socket-events.ts';
import type { WallState } from '#contracts/wall.ts';
import { isProbeDue, type LinkHealth, lostAfterMs } from './link-health.ts';
import type { LiveStore } from './live-store.ts';

/** How often the link looks at its own health, in ms. */
const watchEveryMs = 500;
/** After a refused question the next one waits so long, in ms. */
const retryAfterMs = 1000;
/** Most updates kept while the snapshot is on its way; beyond, the gap they leave is met with a resync. */
const maxWaiting = 1000;

/** What a link needs of the page around it. */
export interface LiveLinkOptions {
  store: LiveStore;
  /** Monotonic ms. */
  now: () => number;
  /** Told the platform's time, epoch ms, whenever the server says it. */
  onPlatformTime: (epochMs: number) => void;
  /** The community the page shows; a session that went on in another one is refused. */
  community: string;
  /** The session may have ended: ask for it. */
  onSignedOut: () => void;
  /** Address of the server; the page's own by default. */
  url?: string;
}

/** A page's live connection. */
export interface LiveLink {
  getHealth(): LinkHealth;
  /** Told when the health changes. */
  subscribe(listener: () => void): () => void;
  /** A wall's page says how it is; unsaid while the connection is away. */
  tellWall(state: WallState): void;
  close(): void;
}

type Answer = Parameters<Parameters<PageToServer['resync']>[1]>[0];

/**
 * Follows the community over socket.io on `/live`. Every connection starts from a whole snapshot, since the server
 * may be another run with other sequences. A gap, or 2 s of silence, is met with `resync`, whose answer proves
 * that nothing is missing: a socket that is merely open proves nothing.
 */
export function openLiveLink(options: LiveLinkOptions): LiveLink {
  const { store, now } = options;
  const socket = openSocket(options);
  const listeners = new Set<() => void>();
  let health: LinkHealth = { connected: false, isFull: false, provenAt: now(), askAgainAt: 0 };
  let waiting: LiveUpdate[] = [];

  const become = (change: Partial<LinkHealth>) => {
    health = { ...health, ...change };
    for (const listener of listeners) listener();
  };
  const resync = () => {
    const { phase, sequence } = store.getState();
    const connection = socket.id;
    become({ askAgainAt: now() + lostAfterMs });
    socket.emit('resync', { sequence: phase === 'unsynced' ? 0 : sequence }, (answer) => {
      if (socket.id === connection) take(answer);
    });
  };
  const take = (answer: Answer) => {
    if ('error' in answer) return become({ askAgainAt: now() + Math.max(retryAfterMs, answer.waitMs ?? 0) });
    if ('snapshot' in answer) {
      options.onPlatformTime(answer.snapshot.now);
      store.takeSnapshot(answer.snapshot);
      store.takeMissed(waiting);
      waiting = [];
    } else {
      tellTime(answer.updates.at(-1), options);
      store.takeMissed(answer.updates);
    }
    become({ askAgainAt: 0 });
    proveOrAsk();
  };
  const proveOrAsk = () => {
    if (store.getState().phase === 'following') become({ provenAt: now() });
    else if (now() >= health.askAgainAt) resync();
  };

  socket.on('connect', () => {
    waiting = [];
    become({ connected: true, isFull: false, askAgainAt: 0 });
    store.unsync();
    resync();
  });
  socket.on('update', (update) => {
    tellTime(update, options);
    if (store.getState().phase === 'unsynced' && waiting.length < maxWaiting) waiting.push(update);
    store.takeUpdate(update);
    proveOrAsk();
  });
  // Taken is what this page shows; what it does not show is asked for as a whole, and offered again.
  socket.on('notification', (notification, taken) => {
    const { phase, incidents } = store.getState();
    const isShown = shows(incidents.get(notification.incident), notification);
    taken(isShown);
    if (isShown || phase !== 'following') return;
    store.unsync();
    proveOrAsk();
  });
  socket.on('signed-out', options.onSignedOut);
  socket.on('disconnect', () => become({ connected: false }));
  socket.on('connect_error', (error) => {
    become({ isFull: isForWantOfRoom(error) });
    options.onSignedOut();
  });

  const watch = setInterval(() => {
    if (isProbeDue(health, now())) resync();
    // socket.io does not come back by itself after the server refused it or closed it on purpose.
    if (!socket.active) socket.connect();
  }, watchEveryMs);

  return {
    getHealth: () => health,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tellWall: (state) => {
      if (socket.connected) socket.emit('wall', state);
    },
    close: () => {
      clearInterval(watch);
      socket.close();
    },
  };
}

/** Whether a page was refused since too many are open. A browser tells it of polling alone, which is tried last. */
function isForWantOfRoom(error: Error): boolean {
  const { context } = error as { context?: { responseText?: unknown } };
  return String(context?.responseText).includes('DASHBOARD_PAGES_FULL');
}

/** Whether an incident in hand is at least as new as what a message is about. */
function shows(incident: Incident | undefined, { attention, about, person }: NotificationView): boolean {
  if (!incident || incident.attention < attention) return false;
  return about === 'alarm' || incident.assignments.some((assignment) => assignment.person === person);
}

function openSocket({ url = '', community }: LiveLinkOptions): Socket<ServerToPage, PageToServer> {
  return io(url, {
    auth: { community },
    path: '/live',
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 300,
    reconnectionDelayMax: 2000,
    timeout: 4000,
    forceNew: true,
  });
}

function tellTime(update: LiveUpdate | undefined, options: LiveLinkOptions): void {
  if (update) options.onPlatformTime(update.now);
}
