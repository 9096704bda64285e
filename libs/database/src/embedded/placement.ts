import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  cp,
  lchown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@gatehouse/kernel';
import { type Account, readAccounts, unprivilegedAccount } from './account.ts';
import { copyBinaries, restoreLinks } from './binaries.ts';
import { CLEAN_ENVIRONMENT } from './clean-environment.ts';

const run = promisify(execFile);

/** In the state folder: says where a cluster went that could not stay there. */
const ELSEWHERE = 'elsewhere';

/** The folder that holds `data` and `socket` of the cluster that belongs to `folder`. */
export async function clusterHome(folder: string): Promise<string> {
  return readFile(join(folder, ELSEWHERE), 'utf8').catch(() => folder);
}

/** Where a cluster and its programs are, and as whom they run. */
export interface Placement {
  /** Holds `data` and `socket`. */
  readonly folder: string;
  /** Holds `bin`, `lib` and `share`. */
  readonly binaries: string;
  /** The account to drop to; null where PostgreSQL runs as we do. */
  readonly account: Account | null;
  /** The id to appear as, in a user namespace of its own; null where there is no need of one. */
  readonly appearAs: Account | null;
}

/** The command that runs one of PostgreSQL's programs there, for `spawn`. */
export function programCommand(placement: Placement, program: string, args: readonly string[]) {
  return under(placement, join(placement.binaries, 'bin', program), args);
}

function under(placement: Placement, path: string, args: readonly string[]) {
  const { account, appearAs } = placement;
  const identity = account === null ? {} : { uid: account.uid, gid: account.gid };
  const options = { ...identity, env: { ...CLEAN_ENVIRONMENT }, cwd: '/' };
  if (appearAs === null) return { command: path, args: [...args], options };
  const namespace = ['--user', `--map-user=${appearAs.uid}`, `--map-group=${appearAs.gid}`];
  return { command: 'unshare', args: [...namespace, path, ...args], options };
}

/** Runs a program there and can see the folder. */
async function works(placement: Placement): Promise<boolean> {
  // The shell goes there itself: a working folder given to it would be entered before the account is dropped to.
  const script = 'cd "$1" && exec "$0" --version';
  const postgres = join(placement.binaries, 'bin', 'postgres');
  const { command, args, options } = under(placement, '/bin/sh', ['-c', script, postgres, placement.folder]);
  try {
    await run(command, args, { ...options, timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Finds a way to run PostgreSQL on the cluster in `folder`:
 * as ourselves; as root, under an unprivileged account; where that account cannot reach the folder or the
 * programs (a checkout below a closed home), in a user namespace in which root looks like that account; and
 * where namespaces are refused, on a copy under `/var/lib/gatehouse/<hash of root>`.
 * @param root the checkout, whose path names the copy
 * @throws {AppError} DATABASE_NO_PLACE where none of them works.
 */
export async function place(options: {
  folder: string;
  binaries: string;
  root: string;
  copies?: string;
}): Promise<Placement> {
  const { folder, root } = options;
  const linked = await restoreLinks(options.binaries);
  const binaries = linked ? options.binaries : await copyBinaries(options.binaries, folder);
  if (process.getuid?.() !== 0) return placeUnprivileged({ folder, binaries });

  const account = await unprivilegedAccount();
  const copy = join(
    options.copies ?? '/var/lib/gatehouse',
    createHash('sha256').update(`${root}\n${folder}`).digest('hex').slice(0, 16),
  );
  if (!(await exists(join(copy, 'data', 'PG_VERSION')))) {
    const candidates: Placement[] = [
      { folder, binaries, account, appearAs: null },
      { folder, binaries, account: null, appearAs: account },
    ];
    for (const candidate of candidates) if (await works(candidate)) return candidate;
  }
  return placeCopy({ folder, binaries, account, copy });
}

async function placeUnprivileged(where: { folder: string; binaries: string }): Promise<Placement> {
  const uid = process.getuid?.();
  const accounts = await readAccounts();
  // initdb asks for its user's name. A uid without one (a container started with --user) borrows another's.
  const named = uid === undefined || accounts.some((account) => account.uid === uid);
  const direct: Placement = { ...where, account: null, appearAs: null };
  if (named || process.platform !== 'linux') return direct;
  const borrowed: Placement = { ...direct, appearAs: await unprivilegedAccount() };
  return (await works(borrowed)) ? borrowed : direct;
}

async function placeCopy(from: { folder: string; binaries: string; account: Account; copy: string }) {
  const { folder, account, copy } = from;
  try {
    await mkdir(copy, { recursive: true, mode: 0o711 });
    await chmod(copy, 0o711);
    const binaries = await copyBinaries(from.binaries, copy);
    const placement: Placement = { folder: copy, binaries, account, appearAs: null };
    if (!(await works(placement))) throw new Error(`${account.name} cannot run ${binaries}/bin/postgres`);
    await moveCluster(join(folder, 'data'), join(copy, 'data'));
    await writeFile(join(folder, ELSEWHERE), copy, { mode: 0o600 });
    return placement;
  } catch (cause) {
    throw new AppError(
      'DATABASE_NO_PLACE',
      `PostgreSQL cannot run here: ${account.name} cannot reach the state folder, user namespaces are refused, and ${copy} is not usable.`,
      {
        owner: 'operator',
        hint: 'Move the checkout out of the closed folder, or start as an ordinary user.',
        cause,
      },
    );
  }
}

/** A cluster made when namespaces were still allowed goes along; the old one stays, under another name. */
async function moveCluster(from: string, to: string): Promise<void> {
  if (!(await exists(join(from, 'PG_VERSION'))) || (await exists(to))) return;
  await rm(`${to}.partial`, { recursive: true, force: true });
  await cp(from, `${to}.partial`, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  await rename(`${to}.partial`, to);
  await rename(from, `${from}.copied`);
}

/** Makes the folder and all in it belong to whom PostgreSQL runs as; quick where it does already. */
export async function giveTo(placement: Placement, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = placement.account ?? { uid: 0, gid: 0 };
  if ((await lstat(path)).uid === uid) return;
  await giveTree(path, uid, gid);
}

async function giveTree(path: string, uid: number, gid: number): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveTree(child, uid, gid);
    else await lchown(child, uid, gid);
  }
  // The folder last: an interrupted hand-over is seen by its owner and done again.
  await chown(path, uid, gid);
}
