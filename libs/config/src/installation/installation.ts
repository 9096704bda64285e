import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '@gatehouse/kernel';
import { type Environment, processEnvironment } from './environment.ts';

/** Where this checkout keeps what it is made of. All paths are absolute. */
export interface Installation {
  /** The checkout. */
  readonly root: string;
  readonly servicesDir: string;
  /** `<root>/.gatehouse`, or `GATEHOUSE_STATE_DIR`. May not exist yet. */
  readonly stateDir: string;
  /**
   * Keys, apart from the data (threat T27): `${XDG_CONFIG_HOME:-~/.config}/gatehouse/<id>`, where the id is 16
   * hex digits of the SHA-256 of the state folder's real path. May not exist yet.
   */
  readonly keyDir: string;
}

/** Reads no file but the checkout's `package.json`, and makes none. */
export function findInstallation(options: { root?: string; environment?: Environment } = {}): Installation {
  const environment = options.environment ?? processEnvironment();
  const root = realpathSync(options.root ?? findRoot(import.meta.dirname));
  const stateDir = resolve(root, environment.GATEHOUSE_STATE_DIR || '.gatehouse');
  const id = createHash('sha256').update(eventualRealPath(stateDir)).digest('hex').slice(0, 16);
  return Object.freeze({
    root,
    servicesDir: join(root, 'services'),
    stateDir,
    keyDir: join(configHome(environment), 'gatehouse', id),
  });
}

/**
 * The checkout that this very file belongs to. The working directory has no say: a folder that a command
 * happens to run in must not configure it (threat T30).
 */
function findRoot(start: string): string {
  for (let at = start; ; at = dirname(at)) {
    if (isCheckout(at)) return at;
    if (dirname(at) === at) {
      throw new AppError('CONFIG_NO_INSTALLATION', 'this program does not lie in a Gatehouse checkout', {
        owner: 'operator',
        hint: 'Run it from the checkout that holds services/ and package.json.',
      });
    }
  }
}

function isCheckout(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest) || !existsSync(join(folder, 'services'))) return false;
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof content === 'object' && content !== null && 'name' in content && content.name === 'gatehouse';
}

/** XDG Base Directory Specification: a relative `XDG_CONFIG_HOME` is ignored. */
function configHome(environment: Environment): string {
  const xdg = environment.XDG_CONFIG_HOME;
  return xdg !== undefined && isAbsolute(xdg) ? xdg : join(environment.HOME || homedir(), '.config');
}

/** The real path that `path` has, or will have once the missing folders at its end are made. */
export function eventualRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(eventualRealPath(parent), basename(path));
  }
}
