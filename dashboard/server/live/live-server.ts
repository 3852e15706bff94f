import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { Type } from 'typebox';
import { objectOf } from '#contracts/schema.ts';
import type { PageToServer } from '#contracts/socket-events.ts';
import { createValidator } from '#contracts/validate.ts';
import { type WallSound, WallState } from '#contracts/wall.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import type { LiveAccessLog } from '../audit/live-access.ts';
import { isSameViewer, type PersonOfCommunity, type Viewer } from '../identity/rights.ts';
import type { Sessions } from '../identity/session-store.ts';
import { viewerOfSession } from '../identity/session-view.ts';
import type { DashboardMetrics } from '../metrics.ts';
import { startCommandFeed } from './command-feed.ts';
import { startGateFeed } from './gate-feed.ts';
import { startIncidentFeed } from './incident-feed.ts';
import { closeSocket, dropSlow, type LiveIo, type LiveSocket, signOut, socketsIn } from './live-sockets.ts';
import {
  answerTimeoutMs,
  createNotificationPush,
  type NotificationPush,
  type NotificationPushOptions,
} from './notification-push.ts';
import { createOwnRooms } from './own-rooms.ts';
import { createPageAdmission, type PageAdmissionOptions } from './page-admission.ts';
import { createResyncAllowance } from './resync-allowance.ts';
import { createRoom, firstSequence, type PageRoom, type Room, seesCommunity } from './room.ts';
import { createSnapshots, type LiveReaders } from './snapshot.ts';
import { startStateFeed } from './state-feed.ts';

/** The live rooms of pages, on the path `/live`. */
export interface LiveServer {
  /** Reads changed incidents now. */
  wake(): void;
  /** Tells the pages of a session that it ended, and lets them go. */
  endSession(idHash: string): void;
  readonly connections: number;
  close(): Promise<void>;
}

/** What the live rooms stand on. */
export interface LiveOptions extends PageAdmissionOptions {
  server: HttpServer;
  readers: LiveReaders;
  sessions: Sessions;
  /** A wall's page said how it is. */
  onWallHeard: (wall: string, sound: WallSound) => void;
  /** Tells dispatch which messages people's pages took. */
  deliver: NotificationPushOptions['deliver'];
  /** Records what pages are sent. */
  accessLog: LiveAccessLog;
  metrics: DashboardMetrics;
  log: Logger;
  now: () => number;
  /** Ms between checks whether the sessions of connected pages still hold. */
  sweepMs?: number;
}

const maxMessageBytes = 65_536;

const checkResync = createValidator(objectOf({ sequence: Type.Integer() }));
const checkWallState = createValidator(WallState);
const communityRoom = (community: string) => `community:${community}`;
const personRoom = ({ community, person }: PersonOfCommunity) => `person:${community}/${person}`;
const sessionRoom = (idHash: string) => `session:${idHash}`;

/** Opens the live rooms on an HTTP server, and follows what they tell. */
export async function openLiveServer(options: LiveOptions): Promise<LiveServer> {
  const log = options.log.child({ component: 'live' });
  const admission = createPageAdmission(options);
  const io: LiveIo = new Server(options.server, {
    path: '/live',
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    allowRequest: admission.admit,
  });
  admission.follow(io);
  const rooms = createRooms(io, options, log);
  const push = createNotificationPush({
    reader: options.readers.incidents,
    show: (who, notification, taken) => {
      for (const socket of socketsIn(io, personRoom(who))) {
        socket.timeout(answerTimeoutMs).emit('notification', notification, (error, ok) => {
          if (!error && ok) taken();
        });
      }
    },
    deliver: options.deliver,
    log,
    now: options.now,
  });
  const own = createOwnRooms({
    reader: options.readers.incidents,
    registry: options.registry,
    viewers: () => [...io.sockets.sockets.values()].map(({ data }) => data.viewer),
    send: (room, update) => {
      io.to(room).emit('update', update);
      options.metrics.liveUpdates.inc({ type: update.type });
      dropSlow(io, room, options.metrics, log);
    },
    log,
    now: options.now,
  });
  const pushTo = (communities: Set<string>) => {
    const viewers = [...io.sockets.sockets.values()].map(({ data }) => data.viewer);
    const people = viewers.filter(({ community }) => communities.has(community));
    push.push(people);
  };

  const feeds = [
    await startIncidentFeed({
      reader: options.readers.incidents,
      room: rooms.of,
      onIncident: own.incidentChanged,
      onFlush: pushTo,
      log,
    }),
    startStateFeed({
      reader: options.readers.liveState,
      rooms: rooms.all,
      onDevices: own.devicesChanged,
      log,
    }),
    startGateFeed({ reader: options.readers.gateEvents, rooms: rooms.all, log }),
    startCommandFeed({ reader: options.readers.commands, rooms: rooms.all, log }),
    startPollLoop({
      name: 'session-sweep',
      intervalMs: options.sweepMs ?? 5000,
      log,
      run: async () => {
        own.sweep();
        return sweep(io, options, push);
      },
    }),
  ] as const;

  admitPages(io, options);
  const snapshots = createSnapshots(options.readers, options.now);
  const roomOf = (viewer: Viewer): PageRoom => {
    if (!seesCommunity(viewer)) return own.of(viewer);
    const room = rooms.of(viewer.community);
    return { name: communityRoom(room.community), room, snapshot: () => snapshots(room) };
  };
  const allowance = createResyncAllowance(options.now);
  io.on('connection', (socket) => {
    options.accessLog.follow(socket);
    void socket.join([sessionRoom(socket.data.session.idHash), personRoom(socket.data.viewer)]);
    options.sessions.touch(socket.data.session.idHash, 'page').catch((error) => {
      log.error({ err: error }, 'open page not noted');
    });
    socket.on('resync', (from, answer) => {
      if (typeof answer !== 'function') return;
      const { viewer, session } = socket.data;
      const waitMs = allowance.acquire(socket.id, session.idHash);
      if (waitMs > 0) {
        options.onRefused('DASHBOARD_TOO_MANY_REQUESTS', socket.request);
        answer({ error: 'LIVE_BUSY', waitMs });
        return;
      }
      const reply: typeof answer = (result) => {
        answer(result);
        options.accessLog.answered(socket, result);
      };
      resync({ socket, room: roomOf(viewer), from, answer: reply }).then(
        (isNewPage) => (isNewPage ? push.pushAgain(viewer) : undefined),
        (error) => {
          log.error({ err: error }, 'resync failed');
          answer({ error: 'DASHBOARD_FAILED' });
        },
      );
    });
    socket.on('wall', (state) => {
      const { wall } = socket.data.session;
      const checked = checkWallState(state);
      if (wall && checked.ok) options.onWallHeard(wall.id, checked.value.sound);
    });
  });

  return {
    wake: () => feeds[0].wake(),
    endSession: (idHash) => {
      for (const socket of socketsIn(io, sessionRoom(idHash))) signOut(socket);
    },
    get connections() {
      return io.sockets.sockets.size;
    },
    close: async () => {
      await Promise.all([...feeds, own, push].map(({ close }) => close()));
      for (const socket of [...io.sockets.sockets.values()]) closeSocket(socket);
      io.engine.close();
    },
  };
}

/** The session is asked for once more: it may have ended since the handshake. */
function admitPages(io: LiveIo, options: LiveOptions): void {
  const notSignedIn = ({ request }: LiveSocket): Error => {
    options.onRefused('DASHBOARD_NOT_SIGNED_IN', request);
    return new Error('DASHBOARD_NOT_SIGNED_IN');
  };
  const admit = async (socket: LiveSocket): Promise<void> => {
    const session = await options.identify(socket.handshake.headers.cookie);
    const viewer = session && viewerOfSession(options.registry(), session);
    if (!viewer) throw notSignedIn(socket);
    // Another page of the session chose another community: this one has to ask anew where it is.
    const { community = viewer.community } = socket.handshake.auth;
    if (community !== viewer.community) throw notSignedIn(socket);
    socket.data = { viewer, session, resyncing: false };
  };
  io.use((socket, next) => {
    admit(socket).then(() => next(), next);
  });
}

/**
 * Brings a page up to date. It leaves its room meanwhile, so that no update overtakes the answer: what is
 * published in between follows right after it. Where that fails it still hears what happens from now on,
 * since an alarm must not wait for a resync.
 *
 * @returns True where it was given a snapshot.
 */
async function resync(request: {
  socket: LiveSocket;
  room: PageRoom;
  from: unknown;
  answer: Parameters<PageToServer['resync']>[1];
}): Promise<boolean> {
  const { socket, answer } = request;
  const { name, room, snapshot: takeSnapshot } = request.room;
  const refuse = (error: string) => {
    answer({ error });
    return false;
  };
  const from = checkResync(request.from);
  if (!from.ok) return refuse(`DASHBOARD_REQUEST_INVALID ${from.path} ${from.expected}`);
  if (socket.data.resyncing) return refuse('LIVE_BUSY');
  socket.data.resyncing = true;
  await socket.leave(name);
  try {
    const updates = room.after(from.value.sequence);
    if (updates) {
      answer({ updates });
      return false;
    }
    const snapshot = await takeSnapshot();
    const since = room.after(snapshot.sequence);
    if (!since) return refuse('LIVE_BUSY');
    answer({ snapshot });
    for (const update of since) socket.emit('update', update);
    return true;
  } finally {
    socket.data.resyncing = false;
    if (socket.connected) await socket.join(name);
  }
}

function createRooms(io: LiveIo, options: LiveOptions, log: Logger) {
  const first = firstSequence(options.now());
  const rooms = new Map<string, Room>();
  const of = (community: string): Room => {
    const known = rooms.get(community);
    if (known) return known;
    const name = communityRoom(community);
    const room = createRoom({
      community,
      firstSequence: first,
      now: options.now,
      send: (update) => {
        io.to(name).emit('update', update);
        options.metrics.liveUpdates.inc({ type: update.type });
        dropSlow(io, name, options.metrics, log);
      },
    });
    rooms.set(community, room);
    return room;
  };
  return { of, all: () => [...options.registry().communities.keys()].map(of) };
}

async function sweep(io: LiveIo, options: LiveOptions, push: NotificationPush): Promise<boolean> {
  for (const socket of io.sockets.sockets.values()) {
    const { session, viewer } = socket.data;
    const found = await options.sessions.find(session.idHash);
    const current = found && viewerOfSession(options.registry(), found);
    if (!current || !isSameViewer(viewer, current)) {
      signOut(socket);
      continue;
    }
    // A page on a wall asks for nothing by itself; its open connection is its use.
    await options.sessions.touch(session.idHash, 'page');
    push.push([viewer]);
  }
  return false;
}
