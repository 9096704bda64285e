import { createRequire } from 'node:module';
import type * as Oidc from 'oidc-provider';

const load = createRequire(import.meta.url);
let loaded: typeof Oidc | undefined;

/**
 * The provider's package, loaded when something first asks for a part of it: a fifth of a second that the commands,
 * which wire this library and serve no OAuth, do not spend.
 */
export function oidc(): typeof Oidc {
  loaded ??= load('oidc-provider') as typeof Oidc;
  return loaded;
}

/** The provider's errors, each with the code that RFC 6749 or one of its followers gives it. */
export const errors: typeof Oidc.errors = new Proxy({} as typeof Oidc.errors, {
  get: (_none, name) => Reflect.get(oidc().errors, name),
  has: (_none, name) => Reflect.has(oidc().errors, name),
});
