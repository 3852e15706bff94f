import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Recognises browsers in which somebody signed in before, by a cookie that only we can make.
 *
 * @see OWASP, Slow Down Online Guessing Attacks with Device Cookies
 */
export interface DeviceCookies {
  /** The browser's id where somebody signed in to that account with it; undefined for any other cookie. */
  browserOf(cookie: string | undefined, account: string): string | undefined;
  /** A key of the account that last signed in with this browser, whichever it is. */
  lastAccountOf(cookie: string | undefined): string | undefined;
  /** The cookie after somebody signed in. */
  remember(cookie: string | undefined, account: string): string;
}

/** How long a browser keeps the cookie, ms: the longest that browsers grant. */
export const browserCookieMs = 400 * 86_400_000;
/** Accounts a browser is known for; the one longest unused goes first. */
const maxAccounts = 8;

/**
 * Creates it. The cookie signs nobody in: it only distinguishes wrong guesses of a known browser from others.
 *
 * @param secret A new one makes every browser unknown.
 */
export function createDeviceCookies(secret: string): DeviceCookies {
  const sign = (text: string) =>
    createHmac('sha256', secret).update(`known browser ${text}`).digest('base64url').slice(0, 22);
  const accountKey = (account: string) => sign(`account ${account}`);
  const isSigned = (id: string, key: string, tag: string) => {
    const right = Buffer.from(sign(`${id} ${key}`));
    const given = Buffer.from(tag);
    return right.length === given.length && timingSafeEqual(right, given);
  };
  /** `id.key~tag.key~tag`, newest last; what is not ours is left out. */
  const read = (cookie: string | undefined): { id: string; keys: string[] } | undefined => {
    const [id = '', ...marks] = (cookie ?? '').slice(0, 1024).split('.');
    const keys = marks.slice(0, maxAccounts).flatMap((mark) => {
      const [key = '', tag = ''] = mark.split('~');
      return isSigned(id, key, tag) ? [key] : [];
    });
    return keys.length > 0 ? { id, keys } : undefined;
  };

  return {
    browserOf: (cookie, account) => {
      const known = read(cookie);
      return known?.keys.includes(accountKey(account)) ? known.id : undefined;
    },
    lastAccountOf: (cookie) => read(cookie)?.keys.at(-1),
    remember: (cookie, account) => {
      const { id, keys } = read(cookie) ?? { id: randomBytes(12).toString('base64url'), keys: [] };
      const own = accountKey(account);
      const kept = [...keys.filter((key) => key !== own), own].slice(-maxAccounts);
      return [id, ...kept.map((key) => `${key}~${sign(`${id} ${key}`)}`)].join('.');
    },
  };
}
