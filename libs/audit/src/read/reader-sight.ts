import { createHash } from 'node:crypto';
import { type Database, withClient } from '@gatehouse/database';
import type pg from 'pg';
import type { AuditVisibility } from './audit-filter.ts';

type Keys = { readonly inner_key: Buffer; readonly outer_key: Buffer };
type Connection = Pick<pg.ClientBase, 'query'>;

/**
 * Tells connections of the roles `reader` and `masked` whose rows they see. Row security of the database lets through
 * what was told and nothing where nothing was; what is told is signed, so that SQL cannot tell itself more.
 */
export class ReaderSight {
  readonly #database: Pick<Database, 'clientConfig'>;
  readonly #processes = new WeakMap<Connection, Promise<number>>();
  #keys: Promise<Keys> | null = null;

  constructor(database: Pick<Database, 'clientConfig'>) {
    this.#database = database;
  }

  /** Reads the keys, so that `tell` finds them there. */
  prepare(): void {
    // Where they cannot be read `tell` says so.
    void this.#signing().catch(() => undefined);
  }

  /** For the transaction that is open, or for as long as the connection lasts. */
  async tell(
    client: Connection,
    visibility: AuditVisibility,
    lasts: 'transaction' | 'connection' = 'transaction',
  ): Promise<void> {
    const [keys, pid] = await Promise.all([this.#signing(), this.#processOf(client)]);
    const { kind, userId: user = null } = visibility;
    const department = visibility.kind === 'department' ? visibility.department : null;
    const facts = JSON.stringify({ pid, rows: kind, user, department });
    // A parameter: the texts of others' statements can be read by who is logged in as the same role.
    await client.query({
      name: 'audit_sight',
      text: 'select set_config($1, $2, $3)',
      values: ['gatehouse.sight', `${facts}.${proofOf(facts, keys)}`, lasts === 'transaction'],
    });
  }

  #processOf(client: Connection): Promise<number> {
    const known = this.#processes.get(client);
    if (known !== undefined) return known;
    const asked = client
      .query<{ pid: number }>('select pg_backend_pid() as pid')
      .then(({ rows }) => rows[0]!.pid);
    this.#processes.set(client, asked);
    return asked;
  }

  #signing(): Promise<Keys> {
    this.#keys ??= this.#readKeys().catch((error: unknown) => {
      this.#keys = null;
      throw error;
    });
    return this.#keys;
  }

  #readKeys(): Promise<Keys> {
    return withClient(this.#database.clientConfig('server'), async (client) => {
      const { rows } = await client.query<Keys>('select inner_key, outer_key from audit_sight_keys');
      return rows[0]!;
    });
  }
}

/** As the function `audit_sight` of the database computes it. */
function proofOf(facts: string, { inner_key: inner, outer_key: outer }: Keys): string {
  const first = createHash('sha256').update(inner).update(facts).digest();
  return createHash('sha256').update(outer).update(first).digest('hex');
}
