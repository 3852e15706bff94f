import { createServer, type IncomingMessage } from 'node:http';
import type { Delivery, WallReport } from '#contracts/dispatch-api.ts';
import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import type {
  Assignment,
  Incident,
  IncidentChange,
  IncidentReader,
  NotificationView,
  TimelineEntry,
  TimelineType,
} from '#contracts/incident.ts';
import { listen } from '#runtime/listen.ts';
import { exampleIncident } from './live-examples.ts';

/** Incidents and their log in memory, read as the dashboard reads dispatch's file. */
export interface MemoryIncidents extends IncidentReader {
  /** Opens an incident, or changes one: version, timeline, of which `line` says more, and log go with it. */
  change: (
    incident: Partial<Incident> & { id: string },
    type: TimelineType,
    line?: Partial<TimelineEntry>,
  ) => void;
  messages: NotificationView[];
  /** Takes all away, as if there had been nothing; a page is told when it is opened anew. */
  clear: () => void;
}

/** What was asked of dispatch over HTTP. */
export interface ReceivedRequest {
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** A dispatch that answers over HTTP and keeps what it was asked. */
export interface TestDispatch {
  url: string;
  token: string;
  asked: ReceivedRequest[];
  /** What was reported of walls. */
  walls: WallReport[];
  incidents: MemoryIncidents;
  /** Answers the next action with this instead. */
  refuseNext: (status: number, body: unknown) => void;
  close: () => Promise<void>;
}

/** Id of the n-th incident of a test. */
export function incidentId(n: number): string {
  return `i-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** An incident as dispatch would have opened it. */
export function incidentOf(n: number, part: Partial<Incident> = {}): Incident {
  return exampleIncident({
    id: incidentId(n),
    number: `20261124-${String(n).padStart(3, '0')}`,
    community: 'c1',
    place: { building: 'c1-b3', unit: 'c1-b3u2', dwelling: 'c1-501', label: '3栋2单元501' },
    summary: { zh: '紧急求助', en: 'SOS' },
    openedAt: 1,
    lastAlarmAt: 1,
    ...part,
  });
}

/** An assignment of a person, on their way unless said otherwise. */
export function assignmentOf(
  id: string,
  person: string,
  state: Assignment['state'] = 'accepted',
): Assignment {
  return { id, person, personName: person, state, changedAt: 1 };
}

/** Starts a dispatch on a free port. */
export async function startTestDispatch(now: () => number): Promise<TestDispatch> {
  const token = 'token-of-the-services';
  const incidents = memoryIncidents(now);
  const asked: ReceivedRequest[] = [];
  const walls: WallReport[] = [];
  let refusal: { status: number; body: unknown } | undefined;

  const takeMessage = (id: string) => {
    const at = incidents.messages.findIndex((message) => message.id === id);
    return at >= 0 && incidents.messages.splice(at, 1).length > 0;
  };
  const server = createServer((request, response) => {
    readBody(request).then((body) => {
      if (request.method === 'PUT') {
        walls.push(body as WallReport);
        response.statusCode = 204;
        response.end();
        return;
      }
      if (request.method === 'POST') {
        asked.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
      }
      const [, collection, id = incidentId(1)] = (request.url ?? '').split('/');
      const done = { incident: collection === 'incidents' ? id : incidentId(1), version: 2, changed: true };
      response.statusCode = refusal?.status ?? 200;
      response.setHeader('content-type', 'application/json');
      const { deliveries } = body as { deliveries?: Delivery[] };
      const taken = (deliveries?.map(({ notification }) => notification) ?? []).filter(takeMessage);
      const told = deliveries && { recorded: taken.length, unknown: deliveries.length - taken.length };
      response.end(JSON.stringify(refusal?.body ?? told ?? done));
      refusal = undefined;
      if (collection === 'notifications') takeMessage(id);
    }, response.destroy);
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'TEST_PORT' });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    asked,
    walls,
    incidents,
    refuseNext: (status, body) => {
      refusal = { status, body };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text ? JSON.parse(text) : {};
}

function memoryIncidents(now: () => number): MemoryIncidents {
  const incidents = new Map<string, Incident>();
  const timelines = new Map<string, TimelineEntry[]>();
  const log: IncidentChange[] = [];
  const messages: NotificationView[] = [];
  const reachedOf = (incident: Incident) => [
    ...incident.assignments.filter(({ state }) => isActiveAssignment(state)).map(({ person }) => person),
    ...messages.filter((message) => message.incident === incident.id).map(({ person }) => person),
  ];
  return {
    messages,
    clear: () => {
      incidents.clear();
      timelines.clear();
      messages.length = 0;
    },
    change: (part, type, said) => {
      const before = incidents.get(part.id);
      const incident = { ...(before ?? incidentOf(0)), ...part, version: (before?.version ?? 0) + 1 };
      incidents.set(part.id, incident);
      const timeline = timelines.get(part.id) ?? [];
      const line = { incident: part.id, sequence: timeline.length + 1, at: now(), type };
      timelines.set(part.id, [...timeline, { ...line, words: { zh: type, en: type }, ...said }]);
      const { community, kind, level, drill } = incident;
      const facts = { incident: part.id, community, transition: type, warnings: [], kind, level, drill };
      log.push({ change: log.length + 1, at: now(), ...facts });
    },
    list: async (community, { limit }) =>
      [...incidents.values()].filter((incident) => incident.community === community).slice(0, limit),
    find: async (id) => incidents.get(id),
    timeline: async (id, after = 0, limit = 1000) =>
      (timelines.get(id) ?? []).filter(({ sequence }) => sequence > after).slice(0, limit),
    timelineEnds: async (id, after = 0) =>
      (timelines.get(id) ?? []).filter(({ sequence }) => sequence > after),
    changes: async (change, limit) => log.slice(change, change + limit),
    newestChange: async () => log.length,
    openFor: async (community, person) =>
      [...incidents.values()].filter(
        (one) => one.community === community && one.state !== 'resolved' && reachedOf(one).includes(person),
      ),
    reachedBy: async (id) => {
      const incident = incidents.get(id);
      return incident && incident.state !== 'resolved' ? reachedOf(incident) : [];
    },
    ofDwelling: async (community, dwelling, { limit }) =>
      [...incidents.values()]
        .filter((one) => one.community === community && one.place.dwelling === dwelling)
        .slice(0, limit),
    ofDays: async (community, { from, to, after = '', limit }) =>
      [...incidents.values()]
        .filter((incident) => incident.community === community && incident.number > after)
        .filter(({ number }) => number >= from && number.slice(0, 8) <= to)
        .slice(0, limit),
    heldUntil: async () => undefined,
    undelivered: async (community, person) =>
      messages.filter(
        (message) => message.person === person && incidents.get(message.incident)?.community === community,
      ),
  };
}
