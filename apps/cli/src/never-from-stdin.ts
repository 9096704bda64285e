import type { Interfaces } from '@oclif/core';

/**
 * The same arguments, none of which oclif reads from standard input where it was left out: what a script happens to have
 * there would name whom a command suspends. What comes that way is asked for by a command itself.
 */
export function neverFromStdin(args: Interfaces.ArgInput): Interfaces.ArgInput {
  return Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, { ...arg, ignoreStdin: true }]));
}
