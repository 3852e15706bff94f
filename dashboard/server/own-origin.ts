/**
 * Whether a request comes from a page of ours. A browser names the origin on every request that changes
 * something and on every WebSocket; without one it is a program, which no foreign page can drive.
 *
 * @param request `origin` and `host` headers.
 * @param publicOrigin Origin pages are opened under; absent where the Host header says it.
 */
export function isOwnOrigin(
  request: { origin?: string | undefined; host?: string | undefined },
  publicOrigin: string | undefined,
): boolean {
  const { origin, host } = request;
  if (origin === undefined) return true;
  if (publicOrigin !== undefined) return origin === publicOrigin;
  return URL.canParse(origin) && new URL(origin).host === host;
}
