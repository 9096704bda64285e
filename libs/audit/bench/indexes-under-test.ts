/** `node indexes-under-test.js`: what each index of the audit log costs on insertion. JSON on the channel. */
import { createPrivateDatabase } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import { rememberingScanner } from '../src/row/remembering-scanner.ts';
import { INDEX_SETS, indexCost } from './index-cost.ts';
import { madeRows } from './made-rows.ts';

const ENOUGH = 2_000_000;
const HOUR_MS = 3_600_000;

const database = await createPrivateDatabase({ supervised: false });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
  process.once(signal, () => void database.drop().finally(() => process.exit(1)));
try {
  // All in one month: the partition that is written to is what grows.
  const now = new Date();
  const toMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - HOUR_MS;
  const scanner = rememberingScanner(createScanner());
  const [owner, server] = [database.clientConfig('owner'), database.clientConfig('server')];
  const where = { owner, server, name: String(owner.database) };
  for (const set of INDEX_SETS) {
    const rows = madeRows({ rows: ENOUGH, fromMs: toMs - 600 * HOUR_MS, toMs, scanner });
    process.send?.({ cost: await indexCost(where, set, rows) });
  }
} finally {
  await database.drop();
  // This end is none of a caller that went away.
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}
