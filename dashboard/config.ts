import { Type } from 'typebox';
import { durationMs, port, type SettingsSchema } from '#runtime/settings.ts';

const hour = 3_600_000;

/** The dashboard server's settings. */
export const dashboardSettings = {
  part: 'DASHBOARD',
  renamed: { maxStrangersPerNetwork: 'maxAnonymousPerNetwork' } as const,
  schema: Type.Object({
    dataDir: Type.String({ default: 'data', description: 'Folder of the data files.' }),
    host: Type.String({ default: '127.0.0.1', description: 'Address the pages are served on.' }),
    port: port(8080, 'TCP port of pages, REST and live rooms.'),
    healthPort: port(9414, 'TCP port of /health and /metrics, on loopback; 0 takes any free one.'),
    brokerUrl: Type.String({
      default: 'mqtt://127.0.0.1:1883',
      pattern: '^(mqtts?|wss?)://',
      description: 'Address of the broker.',
    }),
    password: Type.String({
      pattern: '^.{16,}$',
      description: 'Password of service.dashboard at the broker.',
    }),
    dispatchUrl: Type.String({
      default: 'http://127.0.0.1:8091',
      pattern: '^https?://',
      description: "Address of dispatch's HTTP interface.",
    }),
    dispatchToken: Type.String({
      pattern: '^[\\x21-\\x7e]{16,}$',
      description: 'Token that dispatch asks of services.',
    }),
    ingestUrl: Type.String({
      default: 'http://127.0.0.1:8092',
      pattern: '^https?://',
      description: "Address of ingest's HTTP interface for dead letters.",
    }),
    ingestToken: Type.String({
      pattern: '^[\\x21-\\x7e]{16,}$',
      description: 'Token that ingest asks of services.',
    }),
    sessionSecret: Type.String({
      pattern: '^.{32,}$',
      description: 'Secret that signs session cookies; a new one signs everybody out.',
    }),
    secureCookie: Type.Boolean({
      default: false,
      description: 'True behind a proxy that speaks TLS and sends X-Forwarded-Proto and X-Forwarded-For.',
    }),
    trustedProxy: Type.String({
      default: '',
      description:
        'Addresses or networks of reverse proxies, by comma; their X-Forwarded headers alone are believed. Empty: none, and 127.0.0.1 and ::1 where secureCookie is true.',
    }),
    maxConnections: Type.Integer({
      default: 4000,
      minimum: 100,
      maximum: 100_000,
      description:
        'TCP connections in all; at it each new one closes the oldest of the network with the most connections that nobody has signed in over.',
    }),
    maxAnonymousPerNetwork: Type.Integer({
      default: 200,
      minimum: 10,
      maximum: 100_000,
      description:
        'Connections of one address (one /64 in IPv6) without a request of somebody signed in; one more closes the oldest of them.',
    }),
    maxPages: Type.Integer({
      default: 1000,
      minimum: 10,
      maximum: 100_000,
      description:
        'Live pages of people in all, walls not counted; at it a page of the person with the most is closed for somebody who has fewer.',
    }),
    maxPagesPerSession: Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 1000,
      description: 'Live pages of one session, i.e. tabs of one browser; beyond, a page is refused.',
    }),
    maxPagesPerPerson: Type.Integer({
      default: 40,
      minimum: 1,
      maximum: 1000,
      description: 'Live pages of one person over all their browsers; beyond, a page is refused.',
    }),
    publicOrigin: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]+$',
        description:
          'Origin pages are opened under, by a name of their own or where a proxy changes the Host header.',
      }),
    ),
    hostNames: Type.String({
      default: '',
      pattern: '^[A-Za-z0-9._, -]*$',
      description:
        "Further host names that requests may name, by comma. Addresses, localhost, this machine's own name and that of DASHBOARD_PUBLIC_ORIGIN are accepted without it; others are refused, since the name of a foreign page may point here.",
    }),
    webDir: Type.String({ default: 'dashboard/web/dist', description: 'Folder of the built pages.' }),
    sessionIdleMs: durationMs(
      2 * hour,
      60_000,
      168 * hour,
      'A session without requests and without an open live connection ends after this',
    ),
    sessionMaxMs: durationMs(
      13 * hour,
      60_000,
      168 * hour,
      'A session ends this long after signing in; a shift of 12 h and its handover fit by default',
    ),
    shiftStarts: Type.String({
      default: '08:00,20:00',
      pattern: '^([01]\\d|2[0-3]):[0-5]\\d(,([01]\\d|2[0-3]):[0-5]\\d){0,5}$',
      description:
        "When shifts start, by comma, in the community's time zone: walls try their sound and ask who heard it.",
    }),
    logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description: 'Least level that is logged.',
    }),
  }),
} satisfies SettingsSchema;
