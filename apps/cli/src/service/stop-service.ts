import { setTimeout as delay } from 'node:timers/promises';
import type { Configuration } from '@gatehouse/config';
import { cliError } from '../errors/cli-error.ts';
import { serverState } from '../server/server-state.ts';
import { processIdentity } from './process-identity.ts';
import { ServiceFile } from './service-file.ts';

const LOOK_EVERY_MS = 50;

/**
 * Ends the server that `startService` started, and no other process; its pid, or null where none runs.
 * @throws AppError `CLI_SERVICE_FOREIGN`, `CLI_SERVICE_STUCK`
 */
export async function stopService(
  { installation, profile }: Configuration,
  timeoutMs: number,
): Promise<number | null> {
  const file = new ServiceFile(installation.stateDir);
  const service = file.running();
  if (service === null) {
    if ((await serverState(profile.publicUrl)) === null) return null;
    throw cliError('CLI_SERVICE_FOREIGN', { hint: 'Stop it where it was started, with Ctrl+C.' });
  }
  process.kill(service.pid, 'SIGTERM');
  for (const until = Date.now() + timeoutMs; processIdentity(service.pid) === service.identity; ) {
    if (Date.now() > until) {
      throw cliError('CLI_SERVICE_STUCK', {
        message: `the server (pid ${service.pid}) did not stop within ${timeoutMs / 1000} s`,
        hint: 'It may be finishing calls; run this again.',
      });
    }
    await delay(LOOK_EVERY_MS);
  }
  file.forget();
  return service.pid;
}
