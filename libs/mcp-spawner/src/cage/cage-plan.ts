import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Where the whole file system is kept at hand while a cage is built. Empty on any system that follows the FHS. */
export const STAGE = '/mnt';

/** Private to each cage, empty at its start, gone at its end. */
const TEMPORARY = ['/tmp', '/var/tmp', '/dev/shm'];
/** Doors to whoever runs as root, and to sessions of other programs. */
const DOORS = [
  '/run/user',
  '/run/docker.sock',
  '/run/containerd',
  '/run/podman',
  '/run/systemd/private',
  '/var/lib/gatehouse',
];

export interface CageSubject {
  /** What Gatehouse is made of and nobody else may see: state, keys, the database's socket, `services/`. */
  readonly secretPaths: readonly string[];
  /** The home of whoever runs Gatehouse: out of sight but for what is kept. */
  readonly home: string;
  /** Folders to read from: the installation, the runtime, the tool's own package, PATH. */
  readonly readable: readonly string[];
  /** What the tool is given to work on, and its private folder. */
  readonly writable: readonly string[];
}

/** The files that `CAGE_SCRIPT` reads. */
export interface CagePlan {
  readonly outer: string;
  readonly targets: string;
  readonly inner: string;
}

/** What is covered, and what is put back. Paths that do not exist are left out. */
export function planCage(subject: CageSubject): CagePlan {
  const readable = subject.readable.flatMap(realPath);
  const writable = subject.writable.flatMap(realPath);
  const kept = [...new Set([...readable, ...writable])].sort((a, b) => a.length - b.length);
  const covered = outermost([
    ...TEMPORARY.flatMap(realPath),
    ...(subject.home === '/' ? [] : realPath(subject.home)),
    ...DOORS.flatMap(realPath),
    ...kept.flatMap(closedAncestor),
  ]);
  const isCovered = (path: string): boolean => covered.some((folder) => contains(folder, path));
  const isVisible = (path: string): boolean =>
    !isCovered(path) || kept.some((folder) => contains(folder, path));
  const secret = subject.secretPaths.flatMap(realPath);
  return {
    outer: lines([`/ ${STAGE} none rbind`, ...covered.map((path) => cover(path, TEMPORARY.includes(path)))]),
    targets: lines(kept.filter(isCovered).map((path) => `${isFolder(path) ? 'd' : 'f'} ${path}`)),
    inner: lines([
      ...kept.map((path) =>
        putBack(
          path,
          writable.some((folder) => contains(folder, path)),
        ),
      ),
      ...outermost(secret.filter(isVisible)).map((path) => cover(path, false)),
    ]),
  };
}

function cover(path: string, isTemporary: boolean): string {
  if (!isFolder(path)) return `${escaped(join(STAGE, 'dev/null'))} ${escaped(path)} none bind`;
  const options = isTemporary ? 'mode=1777,size=256m' : 'mode=0755,size=1m';
  return `gatehouse-cage ${escaped(path)} tmpfs ${options},nosuid,nodev`;
}

function putBack(path: string, isWritable: boolean): string {
  return `${escaped(join(STAGE, path))} ${escaped(path)} none bind,nosuid,nodev${isWritable ? '' : ',ro'}`;
}

/** The first folder above `path` that only its owner may enter: another user would not get past it. */
function closedAncestor(path: string): string[] {
  const parts = path.split(sep).slice(1, -1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = sep + parts.slice(0, depth).join(sep);
    if ((statSync(folder).mode & 0o001) === 0) return [folder];
  }
  return [];
}

function outermost(paths: readonly string[]): string[] {
  const all = [...new Set(paths)].filter((path) => path !== '/');
  return all.filter((path) => !all.some((other) => other !== path && contains(other, path)));
}

export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

function realPath(path: string): string[] {
  try {
    return existsSync(path) && !/[\n\r]/.test(path) ? [realpathSync(path)] : [];
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

/** fstab(5). */
function escaped(path: string): string {
  return path.replaceAll(/[\\ \t\n#]/g, (mark) => `\\${mark.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function lines(of: readonly string[]): string {
  return of.map((line) => `${line}\n`).join('');
}

/** The folder of the package that a program came in, for what it reads beside itself. */
export function packageOf(executable: string): string {
  const start = dirname(resolve(executable));
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || existsSync(join(folder, 'pyvenv.cfg'))) return folder;
  }
  return start;
}
