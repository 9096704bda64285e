/** Where to go when nothing else was asked for. */
export const HOME = '/login';

const MAX_CHARACTERS = 4096;

/**
 * The path of ours to go on to after a login. Whatever leads elsewhere, and what a browser could read so, is
 * `/login` (no open redirect): it is read as a browser reads it, and written anew.
 */
export function returnPath(asked: unknown, publicUrl: string): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || asked.length > MAX_CHARACTERS) return HOME;
  const base = new URL(publicUrl);
  const url = URL.parse(asked, base.href);
  if (url === null || url.origin !== base.origin || url.username !== '' || url.password !== '') return HOME;
  const path = `${url.pathname}${url.search}`;
  // Dot segments can leave an empty first one behind: `/.//evil.example`.
  return path.startsWith('//') ? HOME : path;
}
