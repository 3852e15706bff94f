/** Where an InfluxDB server is and what it wants to see. */
export interface InfluxAddress {
  /** Without credentials, so that it may be logged. */
  url: string;
  /** Value of the header Authorization; absent where nothing is to be shown. */
  authorization?: string;
}

/**
 * Reads how a server is met. A token of 2.x and 3 has no colon; one with a colon is `user:password` of 1.x, which
 * may also stand in the address as `http://user:password@host:8086`, percent-encoded there. 1.x before 1.8 knows no
 * other header than Basic (RFC 7617); the user ends at the first colon.
 */
export function readInfluxAddress(server: { url: string; token?: string | undefined }): InfluxAddress {
  const { url, user } = withoutUser(server.url);
  const token = server.token || user;
  if (!token) return { url };
  const isUser = token.includes(':');
  return { url, authorization: isUser ? `Basic ${Buffer.from(token).toString('base64')}` : `Token ${token}` };
}

function withoutUser(given: string): { url: string; user?: string } {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || url.username === '') return { url: given };
  const user = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href.replace(/\/$/, ''), user };
}

/** Only what is an escape is decoded: people write a percent sign as it is. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
