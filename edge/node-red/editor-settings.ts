import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Logger } from '#runtime/log.ts';
import type { NodeRedSettings } from './config.ts';
import type { GatewayLink } from './gateway-link.ts';

/** How long a sign-in to the editor holds, in seconds. */
const sessionExpiryS = 12 * 3600;

/** Node-RED's own levels. @see https://nodered.org/docs/user-guide/runtime/logging */
const logLevels: Record<number, 'fatal' | 'error' | 'warn' | 'info'> = {
  10: 'fatal',
  20: 'error',
  30: 'warn',
  40: 'info',
};

/** What the editor runs on: the folder of its flows, its link to the agent, its log. */
export interface EditorParts {
  userDir: string;
  link: GatewayLink;
  log: Logger;
}

/** Settings Node-RED runs with: signed in, nothing sent out, nothing installed, nothing served without sign-in. */
export function editorSettings(settings: NodeRedSettings, { userDir, link, log }: EditorParts): object {
  return {
    userDir,
    flowFile: 'flows.json',
    nodesDir: join(import.meta.dirname, 'nodes'),
    credentialSecret: settings.credentialSecret,
    adminAuth: signIn(settings),
    httpAdminRoot: '/',
    // Flows serve no pages of their own: those would need no sign-in.
    httpNodeRoot: false,
    httpAdminMiddleware: (_request: unknown, response: ServerResponse, next: () => void) => {
      response.setHeader('x-frame-options', 'DENY');
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('referrer-policy', 'no-referrer');
      next();
    },
    telemetry: { enabled: false, updateNotification: false },
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    nodesExcludes: ['90-exec.js'],
    safeMode: settings.safeMode,
    diagnostics: { enabled: true, ui: true },
    runtimeState: { enabled: false, ui: false },
    editorTheme: {
      projects: { enabled: false },
      page: { title: '守望 Shouwang' },
      header: { title: `守望 ${settings.gateway}` },
      tours: false,
    },
    logging: {
      pino: { level: 'info', metrics: false, audit: false, handler: () => logLine(log) },
    },
    shouwangLink: link,
  };
}

function signIn({ user, password }: Pick<NodeRedSettings, 'user' | 'password'>): object {
  const account = { username: user, permissions: '*' };
  const isRight = editorPassword({ user, password });
  return {
    type: 'credentials',
    sessionExpiryTime: sessionExpiryS,
    users: async (name: unknown) => (name === user ? account : null),
    authenticate: async (name: unknown, given: unknown) => (isRight(name, given) ? account : null),
  };
}

/** Compares a login and password with those of the settings. */
export function editorPassword({ user, password }: Pick<NodeRedSettings, 'user' | 'password'>) {
  // The password is made by the machine, so a fast hash protects it (docs/decisions, 003).
  const hashOf = (text: string) => createHash('sha256').update(text).digest();
  const expected = hashOf(password);
  return (name: unknown, given: unknown): boolean =>
    timingSafeEqual(hashOf(String(given)), expected) && name === user;
}

interface NodeRedLogLine {
  level: number;
  type?: string;
  id?: string;
  msg: unknown;
}

function logLine(log: Logger): (line: NodeRedLogLine) => void {
  return ({ level, type, id, msg }) => {
    const detail = { ...(type && { node: type }), ...(id && { id }), said: String(msg).slice(0, 2000) };
    log[logLevels[level] ?? 'debug'](detail, 'node-red');
  };
}
