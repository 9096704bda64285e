import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, Secret } from '@gatehouse/kernel';
import profileSchema from '../../schemas/profile.schema.json' with { type: 'json' };
import { readDocument } from '../document/read-document.ts';
import { FileSchema } from '../document/schema.ts';
import type { YamlDocument } from '../document/yaml-document.ts';
import type { Environment } from '../installation/environment.ts';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { nearest } from '../problem/nearest.ts';
import { networkProblem, originProblem, postgresUrlProblem } from './addresses.ts';
import type { LogLevel, Profile } from './profile.ts';
import { DEFAULT_PROFILE, isProfileName, profileFile, profileNames } from './profile-files.ts';

interface ProfileFile {
  readonly mode: Profile['mode'];
  readonly host: string;
  readonly port: number;
  readonly public_url?: string;
  readonly database_url?: string;
  readonly outbound: { readonly allow: readonly string[] };
  readonly trusted_proxies: readonly string[];
  readonly log_level: LogLevel;
}

const BUILT_IN: ProfileFile = {
  mode: 'evaluation',
  host: 'localhost',
  port: 8080,
  outbound: { allow: [] },
  trusted_proxies: [],
  log_level: 'info',
};

const schema = new FileSchema<ProfileFile>(profileSchema);

export type ProfileOutcome =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/**
 * The profile `name`, else the one that `GATEHOUSE_PROFILE` names, else `local`. For each value: the
 * environment (`PORT`, `DATABASE_URL`), else the profile's file, else the default.
 * @throws AppError `CONFIG_PROFILE_UNKNOWN`, which lists the profiles that exist.
 */
export function loadProfile(
  installation: Installation,
  environment: Environment,
  name?: string,
): ProfileOutcome {
  const chosen = name ?? (environment.GATEHOUSE_PROFILE || DEFAULT_PROFILE);
  const problems: ConfigurationProblem[] = [];
  const file = readFileOf(installation, chosen, problems);
  const port = portOf(environment.PORT, problems);
  const databaseUrl = environment.DATABASE_URL || undefined;
  if (databaseUrl !== undefined) {
    const wrong = postgresUrlProblem(databaseUrl);
    if (wrong !== undefined) problems.push(variable('DATABASE_URL', wrong));
  }
  if (file === undefined || problems.length > 0) return { ok: false, problems };
  const url = databaseUrl ?? file.value.database_url;
  const listening = port ?? file.value.port;
  return {
    ok: true,
    profile: Object.freeze({
      name: chosen,
      mode: file.value.mode,
      host: file.value.host,
      port: listening,
      publicUrl: new URL(file.value.public_url ?? `http://localhost:${listening}`).origin,
      databaseUrl: url === undefined ? null : new Secret(url),
      outboundAllow: file.value.outbound.allow,
      trustedProxies: file.value.trusted_proxies,
      logLevel: file.value.log_level,
      source: file.source,
    }),
  };
}

function readFileOf(
  installation: Installation,
  name: string,
  problems: ConfigurationProblem[],
): { value: ProfileFile; source: string | null } | undefined {
  const path = isProfileName(name) ? profileFile(installation, name) : undefined;
  if (path === undefined || !existsSync(path)) {
    if (name !== DEFAULT_PROFILE) throw unknownProfile(installation, name);
    return { value: BUILT_IN, source: null };
  }
  const read = readDocument(installation, path, { base: installation.stateDir });
  const checked = read.ok ? schema.check(read.document) : read;
  if (!read.ok || !checked.ok) {
    problems.push(...(read.ok && checked.ok ? [] : checked.ok ? [] : checked.problems));
    return undefined;
  }
  problems.push(...addressProblems(read.document, checked.value));
  return { value: checked.value, source: read.document.file };
}

function addressProblems(document: YamlDocument, file: ProfileFile): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const origin = file.public_url === undefined ? undefined : originProblem(file.public_url);
  if (origin !== undefined) problems.push(document.problem(['public_url'], 'value', origin));
  const database = file.database_url === undefined ? undefined : postgresUrlProblem(file.database_url);
  if (database !== undefined) problems.push(document.problem(['database_url'], 'value', database));
  for (const [at, proxy] of file.trusted_proxies.entries()) {
    const wrong = networkProblem(proxy);
    if (wrong !== undefined) problems.push(document.problem(['trusted_proxies', at], 'value', wrong));
  }
  return problems;
}

function portOf(text: string | undefined, problems: ConfigurationProblem[]): number | undefined {
  if (text === undefined || text === '') return undefined;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  problems.push(variable('PORT', { message: 'is not a port', expected: 'a whole number from 1 to 65535' }));
  return undefined;
}

function variable(name: string, told: { message: string; expected: string }): ConfigurationProblem {
  return { file: 'environment', line: 1, column: 1, path: name, ...told };
}

function unknownProfile(installation: Installation, name: string): AppError {
  const names = profileNames(installation);
  const near = nearest(name, names);
  const shown = isProfileName(name) ? `the profile "${name}" does not exist` : 'that is no name of a profile';
  return new AppError('CONFIG_PROFILE_UNKNOWN', `${shown}; there is ${names.join(', ')}`, {
    owner: 'operator',
    hint: `${near === undefined ? '' : `Did you mean "${near}"? `}A profile is a file in ${join(installation.stateDir, 'profiles')}.`,
  });
}

export { DEFAULT_PROFILE };
