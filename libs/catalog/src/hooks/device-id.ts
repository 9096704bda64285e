import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/**
 * Which machine and user this is, without saying: 32 hex digits. It tells devices apart, it proves nothing. The command
 * form (`apps/cli/bin/gatehouse-hook.mjs`) computes the same at each call.
 */
export function deviceId(): string {
  return createHash('sha256')
    .update(`gatehouse device\n${machineName()}\n${userInfo().username}`)
    .digest('hex')
    .slice(0, 32);
}

function machineName(): string {
  try {
    return readFileSync('/etc/machine-id', 'latin1').trim() || hostname();
  } catch {
    return hostname();
  }
}
