import { AppError } from '@gatehouse/kernel';
import { type Environment, processEnvironment } from './environment.ts';

/** Each lets whoever set it run code inside the process that decides (threat T2). */
const UNSAFE_VARIABLES = ['NODE_OPTIONS', 'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES'] as const;
const UNSAFE_FLAG = /^--(?:inspect|debug)(?:-[a-z]+)*(?:=|$)/;

/**
 * Refuses to run where a debugger or a preloaded library could read or change what is decided.
 * @throws AppError `CONFIG_UNSAFE_RUNTIME`, owner `operator`; names the variables and flags, not their values.
 */
export function refuseUnsafeRuntime(
  environment: Environment = processEnvironment(),
  execArgv: readonly string[] = process.execArgv,
): void {
  const found = [
    ...UNSAFE_VARIABLES.filter((name) => (environment[name] ?? '') !== ''),
    ...execArgv.filter((flag) => UNSAFE_FLAG.test(flag)).map((flag) => flag.split('=')[0]!),
  ];
  if (found.length === 0) return;
  throw new AppError('CONFIG_UNSAFE_RUNTIME', `Gatehouse does not run with ${found.join(', ')} set`, {
    owner: 'operator',
    hint: `Start it again without ${found.length === 1 ? 'it' : 'them'}, for example: env ${found
      .filter((name) => !name.startsWith('-'))
      .map((name) => `-u ${name}`)
      .join(' ')} npm start`.replace(/, for example: env {2}npm start$/, '.'),
  });
}
