/**
 * A process that uses the embedded PostgreSQL of the folder it is given until its standard input ends. It prints one
 * line of JSON when it has it.
 */

import type { Installation } from '@gatehouse/config';
import { openDatabase } from '../../src/open-database.ts';

const [mode, purpose, text] = process.argv.slice(2);
const installation = JSON.parse(text ?? '') as Installation;

async function run(): Promise<void> {
  const database = await openDatabase(
    { installation, profile: { databaseUrl: null } },
    { purpose: purpose === 'server' ? 'server' : 'cli' },
  );
  const { host } = database.clientConfig('server');
  process.stdout.write(`${JSON.stringify({ pid: database.pid, host })}\n`);
  if (mode === 'until-closed') {
    process.stdin.resume();
    await new Promise((resolve) => process.stdin.once('end', resolve));
  }
  await database.close();
}

await run();
