/**
 * Paths as data: no file is touched and no link followed. A folder is absolute (`/a/b`), or begins with `?`,
 * the working folder that nobody told us (`?`, `?/build`, `?/..`).
 */
export const UNKNOWN_FOLDER = '?';

/** What an absolute path in its normal form has nowhere: an empty part, `.` or `..`. */
const UNSETTLED = /\/\.{0,2}(?:\/|$)/;
const DRIVE = /^[A-Za-z]:(?=[\\/]|$)/;

/** The absolute, normalised form of `path` seen from `folder`; `home` stands for a leading `~`. */
export function resolvePath(folder: string, path: string, home: string): string {
  let text = path.startsWith('file:') ? fileUri(path) : path;
  if (DRIVE.test(text)) text = `/${text.replaceAll('\\', '/')}`;
  if (text === '~' || text.startsWith('~/')) text = home + text.slice(1);
  else if (text.startsWith('~root')) text = `/root${text.slice(5)}`;
  else if (/^~[a-z_][\w-]*(?:\/|$)/.test(text)) text = `/home/${text.slice(1)}`;
  if (!text.startsWith('/')) return normalise(folder, text);
  return UNSETTLED.test(text) ? normalise('/', text) : text;
}

/** The parts of a normalised path: `/a/b` gives `['a', 'b']`, `?/..` gives `['?', '..']`. */
export function segmentsOf(path: string): string[] {
  const parts = path.split('/');
  return path.startsWith('/') ? parts.slice(1).filter((part) => part !== '') : parts;
}

function normalise(folder: string, path: string): string {
  const out = segmentsOf(folder);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') {
      out.push(part);
      continue;
    }
    const last = out.at(-1);
    // Above a working folder that we do not know there is nothing to take away.
    if (last === UNKNOWN_FOLDER || last === '..') out.push('..');
    else out.pop();
  }
  return folder.startsWith('/') ? `/${out.join('/')}` : out.join('/');
}

/** The path of a `file:` URI (RFC 8089), percent-decoded; what is not well encoded stays as it is. */
function fileUri(uri: string): string {
  const path = uri.slice(5).replace(/^\/\/[^/]*/, '');
  try {
    return decodeURIComponent(path.replace(/[?#].*$/s, ''));
  } catch {
    return path;
  }
}
