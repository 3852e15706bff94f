import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Logger } from '#runtime/log.ts';
import type { Actuation, ActuationResult } from '../adapter.ts';
import { answerChallenge, parseChallenge } from './digest.ts';
import type { Terminal } from './terminals.ts';

/** Longest wait for one answer of a terminal, ms. */
export const answerTimeoutMs = 5000;
const body = '<RemoteControlDoor><cmd>open</cmd></RemoteControlDoor>';

interface Answer {
  status: number;
  challenges: string[];
}

/** Opens doors of terminals over ISAPI (`RemoteControl/door`), each action at most once. */
export function createDoorOpener(options: {
  terminals: ReadonlyMap<string, Terminal>;
  log: Logger;
  timeoutMs?: number;
}): (actuation: Actuation) => Promise<ActuationResult> {
  return async (actuation) => {
    if (actuation.action !== 'open-door') return { result: 'failed', reason: 'action-unknown' };
    // A terminal registered as a whole has one door.
    const [, mac = '', door = '1'] = /^[a-z0-9-]+:([^/]+)(?:\/(\d{1,3}))?$/.exec(actuation.device) ?? [];
    const terminal = options.terminals.get(mac);
    if (!terminal) return { result: 'failed', reason: 'device-unknown' };
    const url = new URL(`/ISAPI/AccessControl/RemoteControl/door/${Number(door)}`, terminal.url);
    return openDoor({ ...options, actuation, terminal, url });
  };
}

async function openDoor(given: {
  actuation: Actuation;
  terminal: Terminal;
  url: URL;
  log: Logger;
  timeoutMs?: number;
}): Promise<ActuationResult> {
  const { actuation, terminal, url, log, timeoutMs = answerTimeoutMs } = given;
  // Without a body it opens nothing: it only asks for the challenge, as other clients of digest do.
  const asked = await send({ url, text: '', timeoutMs }).catch((error: Error) => {
    log.warn({ device: actuation.device, reason: error.message }, 'terminal cannot be reached');
    return undefined;
  });
  if (!asked) return { result: 'failed', reason: 'device-unreachable' };
  if (asked.status !== 401) {
    log.warn({ device: actuation.device, status: asked.status }, 'terminal asks nobody to sign in');
    return asked.status < 300
      ? { result: 'unknown', reason: 'device-refused' }
      : { result: 'failed', reason: 'device-refused' };
  }
  const challenge = parseChallenge(asked.challenges);
  if (!challenge) return { result: 'failed', reason: 'device-refused-sign-in' };
  if (!actuation.isTimely()) return { result: 'expired', reason: 'too-old' };
  const authorization = answerChallenge(challenge, { ...terminal, method: 'PUT', uri: url.pathname });
  const answer = await send({ url, text: body, authorization, timeoutMs }).catch((error: Error) => {
    log.warn({ device: actuation.device, reason: error.message }, 'terminal did not answer the opening');
    return undefined;
  });
  // The request may have reached the terminal: it is not sent again.
  if (!answer) return { result: 'unknown', reason: 'device-silent' };
  if (answer.status >= 200 && answer.status < 300) return { result: 'done' };
  log.warn({ device: actuation.device, status: answer.status }, 'terminal refused to open');
  const isSignIn = answer.status === 401 || answer.status === 403;
  return { result: 'failed', reason: isSignIn ? 'device-refused-sign-in' : 'device-refused' };
}

/** Sends one PUT on a connection of its own. @throws {Error} where no answer came in time. */
function send(given: { url: URL; text: string; authorization?: string; timeoutMs: number }): Promise<Answer> {
  const { url, text, authorization, timeoutMs } = given;
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'PUT',
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/xml',
          'content-length': Buffer.byteLength(text),
          ...(authorization !== undefined && { authorization }),
        },
      },
      (response: IncomingMessage) => {
        response.resume();
        response.on('error', () => undefined);
        const challenges = response.headersDistinct['www-authenticate'] ?? [];
        resolve({ status: response.statusCode ?? 0, challenges });
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}
