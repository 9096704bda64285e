import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { AppError } from '@gatehouse/kernel';
import type { DestinationOrigin, DestinationPolicy } from './destination-policy.ts';

/** Resolves a name to all its addresses; replaced in tests. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The look-up of a socket: the name is resolved once, every address is judged, and the socket connects to these very
 * addresses, so that a second answer of the name server changes nothing. One forbidden address refuses the name.
 */
export function guardedLookup(
  policy: DestinationPolicy,
  origin: DestinationOrigin,
  resolve: Resolve = systemLookup,
): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        return done(unresolved(host, error), '', 0);
      }
      for (const { address } of addresses) {
        const refusal = policy.refusal(host, address, origin);
        if (refusal !== undefined) return done(refused(host, refusal), '', 0);
      }
      if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

/** The refusal of a destination, with what an operator can do about it. */
export function refused(host: string, why: string): AppError {
  return new AppError('OUTBOUND_DESTINATION_REFUSED', `nothing is sent to ${shown(host)}: ${why}`, {
    owner: 'operator',
    hint: 'If that is meant, list the host or its range under outbound.allow of the profile.',
  });
}

function unresolved(host: string, cause: unknown): AppError {
  return new AppError('OUTBOUND_UNREACHABLE', `the name ${shown(host)} cannot be resolved`, {
    owner: 'operator',
    cause,
  });
}

/** A host as a person may see it: it can come from a stranger's document. */
function shown(host: string): string {
  return /^[a-z0-9.:[\]-]{1,253}$/i.test(host) ? host : 'that host';
}
