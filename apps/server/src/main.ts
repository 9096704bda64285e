import 'reflect-metadata';
import {
  ConfigurationInvalid,
  describeProblem,
  loadConfiguration,
  refuseUnsafeRuntime,
} from '@gatehouse/config';
import { AppError } from '@gatehouse/kernel';
import { type GatehouseServer, startServer } from './gatehouse-server.ts';
import { startBanner } from './start-banner.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function main(): Promise<void> {
  // Where the flag `--disable-sigusr1` was not given: a listener of our own keeps the debugger shut as well.
  process.on('SIGUSR1', () => undefined);
  refuseUnsafeRuntime();
  const configuration = await loadConfiguration();
  const starting = startServer(configuration);
  const stopped = stopOnSignal(starting);
  const server = await starting;
  await server.discovered;
  process.stderr.write(startBanner(configuration, server));
  await stopped;
}

/** Resolves when a signal came, or the starter is gone, and everything is stopped. A second one changes nothing. */
function stopOnSignal(starting: Promise<GatehouseServer>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      starting.then((server) => server.stop()).then(resolve, reject);
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
    // Whoever started us with a channel and is gone without a signal (it was killed) leaves nothing behind.
    process.on('disconnect', stop);
  });
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationInvalid) return error.problems.map(describeProblem).join('\n');
  if (error instanceof AppError)
    return error.hint === undefined ? error.message : `${error.message}\n  ${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
