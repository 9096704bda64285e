import type pg from 'pg';
import { LEASE_MS, type LeaseAnswer, type LeaseWish } from './lease.ts';

/** Tells what was used, and asks for more. The answers by key. */
export async function leaseCalls(
  client: pg.Client,
  server: string,
  number: number,
  wishes: readonly LeaseWish[],
): Promise<ReadonlyMap<string, LeaseAnswer>> {
  const { rows } = await client.query<{ key: string; granted: string; free: string; wait_ms: string }>({
    name: 'lease_calls',
    text: `select key, granted, free, wait_ms from lease_calls($1, $2, $3 * interval '1 millisecond', $4)`,
    values: [server, number, LEASE_MS, JSON.stringify(wishes)],
  });
  return new Map(
    rows.map(({ key, granted, free, wait_ms }) => [
      key,
      { granted: Number(granted), free: Number(free), waitMs: Number(wait_ms) },
    ]),
  );
}

export async function forgetLeases(client: pg.Client): Promise<void> {
  await client.query('select forget_call_leases()');
}
