import process from 'node:process';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of this process. Nothing outside this library reads them. */
export function processEnvironment(): Environment {
  return process.env;
}

/** What a child may know of its surroundings: where programs and the home are, the language and the time zone. */
const FOR_CHILDREN = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
] as const;

/**
 * The environment to start a child with. Built from a list of names, so that nothing is inherited by accident:
 * no token, no proxy, no option of Node's.
 */
export function childEnvironment(environment: Environment = processEnvironment()): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const name of FOR_CHILDREN) {
    const value = environment[name];
    if (value !== undefined && value !== '') clean[name] = value;
  }
  return clean;
}

/**
 * The environment to start this installation's server with: this process's own, under `profile`. Without what npm
 * adds, which would tie the server to an npm that ends.
 */
export function serviceEnvironment(
  profile: string,
  environment: Environment = processEnvironment(),
): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || /^npm_/i.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), GATEHOUSE_PROFILE: profile };
}
