import type { IncomingMessage } from 'node:http';
import type { NotificationView } from '#contracts/incident.ts';
import type { LiveUpdate, Snapshot } from '#contracts/socket-events.ts';
import type { LiveSocket } from '../live/live-sockets.ts';
import { type AccessLog, incidentsShown, type RecordAccess } from './access-log.ts';

/** Records what live pages are sent. */
export interface LiveAccessLog {
  /** Follows all that is sent to a page by itself: updates, of its room or its own, and messages. */
  follow(socket: LiveSocket): void;
  /** What a page was answered. */
  answered(
    socket: LiveSocket,
    answer: { updates: LiveUpdate[] } | { snapshot: Snapshot } | { error: string },
  ): void;
}

/** Creates it over the access log. @param addressOf Of the client behind a handshake. */
export function createLiveAccessLog(
  log: Pick<AccessLog, 'sent'>,
  addressOf: (request: IncomingMessage) => string,
): LiveAccessLog {
  const sent = (socket: LiveSocket, accesses: RecordAccess[]) => {
    const { viewer, session } = socket.data;
    log.sent({ viewer, sessionFacts: session, ip: addressOf(socket.request) }, accesses);
  };
  return {
    follow: (socket) => {
      socket.onAnyOutgoing((event: string, told: unknown) => {
        if (event === 'update') sent(socket, accessesOfUpdate(told as LiveUpdate));
        if (event === 'notification') {
          sent(socket, incidentsShown([{ id: (told as NotificationView).incident }]));
        }
      });
    },
    answered: (socket, answer) => {
      if ('updates' in answer) sent(socket, answer.updates.flatMap(accessesOfUpdate));
      if ('snapshot' in answer) sent(socket, accessesOfSnapshot(answer.snapshot));
    },
  };
}

/** What is known of a community beside its incidents; gateways tell of nobody. */
const ofCommunity = (object: string): RecordAccess => ({ action: 'community.shown', object });

function accessesOfUpdate(update: LiveUpdate): RecordAccess[] {
  switch (update.type) {
    case 'incident':
      return incidentsShown([update.incident]);
    case 'devices':
    case 'gate-events':
    case 'commands':
      return [ofCommunity(update.type)];
    // These bring nothing: the page asks for what it may see, and that is written down.
    case 'gateways':
    case 'incident-removed':
    case 'elder':
      return [];
  }
}

function accessesOfSnapshot({ incidents, devices, gateEvents, commands }: Snapshot): RecordAccess[] {
  return [
    ...incidentsShown(incidents),
    ...(devices.length > 0 ? [ofCommunity('devices')] : []),
    ...(gateEvents.length > 0 ? [ofCommunity('gate-events')] : []),
    ...(commands.length > 0 ? [ofCommunity('commands')] : []),
  ];
}
