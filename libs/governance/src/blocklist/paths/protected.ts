import type { ProtectedPaths } from '../blocklist-call.ts';
import { hasUnknown } from '../shell/unknown.ts';
import { hasGlob, mayMatch } from './glob.ts';
import { resolvePath, segmentsOf, UNKNOWN_FOLDER } from './normalise.ts';

/** `inside`: the path is protected or lies in what is; `above`: what is protected lies in it. */
export type Protection = 'inside' | 'above' | null;

const SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;
const MANAGED_SETTINGS = [
  '/etc/claude-code',
  '/Library/Application Support/ClaudeCode',
  '/C:/Program Files/ClaudeCode',
];
const SETTINGS = /^settings[^/]*\.json$/;
/** What of a client's own folder steers its hooks; the rest of `~/.claude` is the client's everyday memory. */
const CLIENT_FOLDER_ENTRIES = ['settings.json', 'settings.local.json', 'managed-settings.json', 'hooks'];

/** The protected paths, compiled. Comparison ignores case, so that a case-folding file system cannot hide one. */
export class ProtectedPathSet {
  readonly home: string;
  /** Lower-case names; a text without one of them, and without a pattern, names nothing that is protected. */
  readonly hints: readonly string[];
  readonly #roots: readonly (readonly string[])[];
  readonly #folders = new Map<string, boolean>();

  constructor(paths: ProtectedPaths) {
    this.home = paths.home;
    const clients = [...paths.clientSettings, ...MANAGED_SETTINGS].flatMap((path) =>
      path.endsWith('/.claude') ? CLIENT_FOLDER_ENTRIES.map((entry) => `${path}/${entry}`) : [path],
    );
    const roots = [paths.stateDir, paths.servicesDir, paths.keyDir, ...clients].map((path) =>
      segmentsOf(resolvePath('/', path, paths.home).toLowerCase()),
    );
    // Without a working folder a relative path is compared from its first segment.
    const relative = [
      ...new Set(['.gatehouse', 'services', lastOf(paths.stateDir), lastOf(paths.servicesDir)]),
    ].map((name) => [UNKNOWN_FOLDER, name.toLowerCase()]);
    this.#roots = [...roots, ...relative];
    this.hints = [...new Set([...this.#roots.map((root) => root.at(-1)!), '.claude', '.gatehouse'])];
  }

  /** A cheap test: whether the text could name something inside what is protected, seen from `folder`. */
  mayName(text: string, folder: string): boolean {
    const lower = text.toLowerCase();
    if (this.hints.some((name) => lower.includes(name)) || /[*?[%~$`\\{]|\.\./.test(lower)) return true;
    return this.isInside(folder);
  }

  /** Whether a text that we cannot read holds the name of something protected. */
  mentions(text: string): boolean {
    const lower = text.toLowerCase();
    return this.hints.some((name) => lower.includes(name));
  }

  /** Whether everything relative to a folder is protected; clients call from few folders, so each is judged once. */
  isInside(folder: string): boolean {
    if (folder === UNKNOWN_FOLDER) return false;
    let inside = this.#folders.get(folder);
    if (inside === undefined) {
      inside = this.protection('.', folder) === 'inside';
      if (this.#folders.size < 1024) this.#folders.set(folder, inside);
    }
    return inside;
  }

  /** Judges one path as a program run in `folder` would take it. */
  protection(path: string, folder: string): Protection {
    if (path === '' || path.length > 4096 || (SCHEME.test(path) && !path.startsWith('file:'))) return null;
    const segments = segmentsOf(resolvePath(folder, path, this.home).toLowerCase());
    const known = segments.findIndex((segment) => hasUnknown(segment));
    const parts = known < 0 ? segments : segments.slice(0, known);
    if (isClientSettings(segments)) return 'inside';
    let above = false;
    for (const root of this.#roots) {
      const relation = relate(parts, root, known >= 0);
      if (relation === 'inside') return 'inside';
      if (relation === 'above' && known < 0) above = true;
    }
    return above ? 'above' : null;
  }
}

/** `.claude/settings*.json` of any project. */
function isClientSettings(segments: readonly string[]): boolean {
  const last = segments.at(-1);
  const folder = segments.at(-2);
  if (last === undefined || folder === undefined || !mayMatch(folder, '.claude')) return false;
  if (hasGlob(folder) && folder.replace(/[*?]/g, '') === '') return false;
  return (
    SETTINGS.test(last) || (hasGlob(last) && CLIENT_FOLDER_ENTRIES.some((entry) => mayMatch(last, entry)))
  );
}

function relate(path: readonly string[], root: readonly string[], cut: boolean): Protection {
  const shared = Math.min(path.length, root.length);
  for (let index = 0; index < shared; index++) {
    if (path[0] === UNKNOWN_FOLDER && index > 0 && !namesSomething(path[index]!)) return null;
    if (path[index] === '**') return 'inside';
    if (!mayMatch(path[index]!, root[index]!)) return null;
  }
  if (path.length >= root.length) return 'inside';
  // A path that begins with the unknown working folder is above everything relative: that says nothing.
  return cut || path[0] === UNKNOWN_FOLDER ? null : 'above';
}

/** A pattern that is little but stars says nothing of a folder that we do not know. */
function namesSomething(segment: string): boolean {
  return !hasGlob(segment) || segment.replace(/[^a-z]/g, '').length > 2;
}

function lastOf(path: string): string {
  return segmentsOf(path).at(-1) ?? '';
}
