import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_CONFIGURATION_BYTES } from '../document/guarded-file.ts';
import type { Installation } from '../installation/installation.ts';
import { POLICY_FILES, type PolicyFile, type PolicySources, policyVersion } from './parse-policies.ts';

const VERSION = /^sha256:([0-9a-f]{64})$/;
const KEPT = 8;

/**
 * The bytes of policies that were in force here, in `<state>/policies`: what holds on while the files wait for an
 * administrator, also over a restart, and what a break-glass reverts to. Nothing is believed of the folder: the
 * bytes found under a version have to give that version again.
 */
export class PolicyArchive {
  readonly #folder: string;

  constructor({ stateDir }: Installation) {
    this.#folder = join(stateDir, 'policies');
  }

  /** Keeps the bytes, and the seven sets before them. A folder that cannot be written keeps nothing. */
  keep(sources: PolicySources): void {
    const path = this.#path(policyVersion(sources));
    if (path === undefined) return;
    const files = POLICY_FILES.map((name) => [name, Buffer.from(sources[name]).toString('base64')]);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(files)), { mode: 0o600 });
      renameSync(temporary, path);
      this.#prune();
    } catch {
      // The policy holds all the same; without the copy a restart finds no policy to hold while a change waits.
    }
  }

  find(version: string): PolicySources | undefined {
    const path = this.#path(version);
    if (path === undefined) return undefined;
    try {
      if (statSync(path).size > POLICY_FILES.length * MAX_CONFIGURATION_BYTES * 2) return undefined;
      const sources = sourcesIn(JSON.parse(readFileSync(path, 'utf8')));
      return sources !== undefined && policyVersion(sources) === version ? sources : undefined;
    } catch {
      return undefined;
    }
  }

  #path(version: string): string | undefined {
    const hex = VERSION.exec(version)?.[1];
    return hex === undefined ? undefined : join(this.#folder, `${hex}.json`);
  }

  #prune(): void {
    const byAge = readdirSync(this.#folder)
      .map((name) => ({ path: join(this.#folder, name), atMs: statSync(join(this.#folder, name)).mtimeMs }))
      .sort((a, b) => b.atMs - a.atMs);
    for (const { path } of byAge.slice(KEPT)) rmSync(path, { force: true });
  }
}

function sourcesIn(value: unknown): PolicySources | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: Partial<Record<PolicyFile, Uint8Array>> = {};
  for (const name of POLICY_FILES) {
    const text = (value as Record<string, unknown>)[name];
    if (typeof text !== 'string') return undefined;
    found[name] = Buffer.from(text, 'base64');
  }
  return found as PolicySources;
}
