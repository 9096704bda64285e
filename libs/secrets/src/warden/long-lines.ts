import { collector } from './collector.ts';

/** From here on a line is long: what it was read, parsed and compared in is worth collecting. */
const LONG_BYTES = 128 * 1024;
const COLLECT_BYTES = 2 * 1024 * 1024;
const QUIET_MS = 100;

/**
 * Collects what long lines leave behind, after every 2 MiB of them and when no more come. Left to itself the runtime
 * lets 64 MB of dead buffers stand before it looks. `passedBytes`: how much of a line went by now, by default all.
 */
export function lettingGo(): (lineBytes: number, passedBytes?: number) => void {
  let passed = 0;
  let quiet: NodeJS.Timeout | undefined;
  const giveBack = (): void => {
    passed = 0;
    quiet = undefined;
    collector()({ type: 'major', flavor: 'last-resort' });
  };
  return (lineBytes, passedBytes = lineBytes) => {
    if (lineBytes < LONG_BYTES) return;
    // The line at hand is still in use: what it leaves is collected with the next ones, or in the quiet behind them.
    quiet = (quiet ?? setTimeout(giveBack, QUIET_MS).unref()).refresh();
    passed += passedBytes;
    if (passed < COLLECT_BYTES) return;
    passed = 0;
    collector()();
  };
}
