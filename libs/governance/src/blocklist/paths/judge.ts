import { hasUnknown, withoutUnknown } from '../shell/unknown.ts';
import { resolvePath, segmentsOf, UNKNOWN_FOLDER } from './normalise.ts';

/**
 * What a recursive change of a path would reach.
 * `root`: a file system, a home, the working folder or what holds it. `system`: the machine's own folders.
 * `outside`: anything else that is not below the working folder. `inside`, `temporary` and `rebuildable` are
 * everyday work. `unknown`: it depends on a value that only running would tell.
 */
export type Reach = 'root' | 'system' | 'outside' | 'inside' | 'temporary' | 'rebuildable' | 'unknown';

const SYSTEM = new Set(
  (
    'bin boot dev etc lib lib32 lib64 opt proc root run sbin srv sys usr var mnt media system library ' +
    'applications private windows programdata'
  ).split(' '),
);
const UNKNOWN_PART = /[\0-\x02]+/g;
const HOMES = new Set(['home', 'users']);
const TEMPORARY = [
  ['tmp'],
  ['var', 'tmp'],
  ['private', 'tmp'],
  ['private', 'var', 'tmp'],
  ['var', 'folders'],
  ['private', 'var', 'folders'],
  ['dev', 'shm'],
  ['run', 'user'],
];
/** Nobody keeps anything by hand in folders of these names, wherever they are. `build` beside a project may be anything. */
const REBUILDABLE = new Set(
  (
    'node_modules bower_components .next .nuxt .turbo .cache .parcel-cache .vite __pycache__ .pytest_cache ' +
    '.mypy_cache .ruff_cache .tox .nox .venv .gradle .terraform .eggs htmlcov .nyc_output .angular .svelte-kit ' +
    'deriveddata storybook-static .dart_tool .serverless .aws-sam cdk.out .npm .pnpm-store .yarn caches'
  ).split(' '),
);
/** Judges `path` as seen from `folder`; only the last glob segment counts as the folder that holds it. */
export function reachOf(path: string, folder: string, cwd: string | null, home: string): Reach {
  if (path === '') return 'inside';
  if (hasUnknown(path)) return reachOfUnknown(path, folder, cwd, home);
  const lower = resolvePath(folder, path, home).toLowerCase();
  let segments = segmentsOf(lower);
  const last = segments.at(-1);
  const everything = last === '*' || last === '**' || last === '.*' || last === '{*,.*}' || last === '*.*';
  if (everything) segments = segments.slice(0, -1);
  while (segments.length > 0 && /^\*+$/.test(segments.at(-1)!)) segments = segments.slice(0, -1);
  return reachOfSegments(
    segments,
    everything,
    segmentsOf((cwd ?? UNKNOWN_FOLDER).toLowerCase()),
    segmentsOf(home.toLowerCase()),
  );
}

/** With the variable empty, `$UNSET/*` is `/*`; anywhere else an unknown part is some name. */
function reachOfUnknown(path: string, folder: string, cwd: string | null, home: string): Reach {
  if (!hasUnknown(path[0]!)) return reachOf(path.replace(UNKNOWN_PART, 'x'), folder, cwd, home);
  return /^\/+\*+$/.test(withoutUnknown(path)) ? 'root' : 'unknown';
}

function reachOfSegments(
  segments: readonly string[],
  everything: boolean,
  cwd: readonly string[],
  home: readonly string[],
): Reach {
  const depth = segments.length;
  if (depth === 0) return 'root';
  for (const place of TEMPORARY) {
    if (startsWith(segments, place) && (depth > place.length || everything)) return 'temporary';
  }
  if (segments[0] === UNKNOWN_FOLDER) {
    if (segments[1] === '..')
      return segments.every((s, i) => i === 0 || s === '..') ? 'root' : outside(segments);
    if (depth === 1) return 'root';
    if (cwd[0] === UNKNOWN_FOLDER) return segments.length === cwd.length ? 'root' : 'inside';
  }
  if (startsWith(cwd, segments) || startsWith(home, segments)) return 'root';
  if (/^[a-z]:$/.test(segments[0]!) && depth === 1) return 'root';
  if (startsWith(segments, cwd)) return 'inside';
  if (HOMES.has(segments[0]!) && depth <= 2) return 'root';
  if (isTrash(segments)) return 'temporary';
  const inSystem = SYSTEM.has(segments[0]!) && !startsWith(segments, home);
  if (REBUILDABLE.has(segments.at(-1)!) && !(inSystem && depth <= 2)) return 'rebuildable';
  if (inSystem) {
    if (segments[0] === 'var' && segments[1] === 'cache' && depth > 2) return 'rebuildable';
    if (segments[0] === 'var' && segments[1] === 'lib' && segments[2] === 'apt' && depth > 3)
      return 'rebuildable';
    return 'system';
  }
  return outside(segments);
}

function outside(segments: readonly string[]): Reach {
  const cached = segments.some(
    (segment) => segment === '.cache' || segment === 'node_modules' || segment === 'caches',
  );
  return cached || REBUILDABLE.has(segments.at(-1)!) ? 'rebuildable' : 'outside';
}

function isTrash(segments: readonly string[]): boolean {
  return segments.includes('.trash') || (segments.includes('share') && segments.includes('trash'));
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((segment, index) => path[index] === segment);
}
