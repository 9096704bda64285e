/** Schemes that a browser or a system handles by itself: no program of the person's answers to them. */
const NO_PROGRAM =
  /^(?:javascript|vbscript|data|blob|about|file|filesystem|view-source|ftp|wss?|mailto|tel|chrome|resource|jar):$/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether the URL leads to a program on the person's own machine, by http (RFC 8252 section 7.3). */
export function isLoopback(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'http:' && LOOPBACK.has(parsed.hostname);
}

/** Where a code may be sent: by https, to this machine itself, or to a program by a scheme of its own (RFC 8252). */
export function isSafeRedirect(url: unknown): url is string {
  const parsed = typeof url === 'string' && url.length <= 2048 ? URL.parse(url) : null;
  if (parsed === null || parsed.hash !== '' || parsed.username !== '' || parsed.password !== '') return false;
  if (NO_PROGRAM.test(parsed.protocol)) return false;
  return parsed.protocol !== 'http:' || LOOPBACK.has(parsed.hostname);
}

/** Where an answer goes, as a person is told: a host, or the scheme by which a program on this machine is called. */
export function redirectHost(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url.slice(0, 200);
  return /^https?:$/.test(parsed.protocol) ? parsed.host : parsed.protocol;
}
