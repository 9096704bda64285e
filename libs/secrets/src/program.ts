import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findInstallation } from '@gatehouse/config';
import { secretsError } from './secrets-error.ts';

/** The programs of this library that run in processes of their own. */
export type ProgramName = 'keeper' | 'warden' | 'egress-warden';

const SOURCES: Readonly<Record<ProgramName, string>> = {
  keeper: './keeper/keeper-main.ts',
  warden: './warden/warden-main.ts',
  'egress-warden': './egress/egress-warden-main.ts',
};

/** What each is built as. */
const SUFFIXES: Readonly<Record<ProgramName, string>> = {
  keeper: '.cjs',
  warden: '.cjs',
  'egress-warden': '.js',
};

/** Flags that every one of them runs with: no debugger can be opened in it. */
export const PROGRAM_FLAGS: readonly string[] = ['--disable-sigusr1', '--no-warnings'];

/**
 * Where a program is: beside this very file when it runs from its sources, else what was built.
 * @throws AppError `SECRETS_KEEPER_FAILED` when it was not built
 */
export function programFile(name: ProgramName): string {
  if (import.meta.url.endsWith('/libs/secrets/src/program.ts') && name !== 'egress-warden') {
    return fileURLToPath(new URL(SOURCES[name], import.meta.url));
  }
  const built = `${findInstallation().root}/libs/secrets/dist/${name}/${name}${SUFFIXES[name]}`;
  if (existsSync(built)) return built;
  throw secretsError('SECRETS_KEEPER_FAILED', `${built} is not built`, 'npm run build -- secrets');
}
