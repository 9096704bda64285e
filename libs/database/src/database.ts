import type pg from 'pg';
import type { DatabaseRole } from './database-role.ts';

export interface DatabaseParts {
  readonly name: string;
  readonly embedded: boolean;
  /** How to connect, but for the role. */
  readonly address: pg.ClientConfig;
  readonly credentials: (role: DatabaseRole) => { readonly user: string; readonly password: string };
  /** The embedded server's process. */
  readonly pid?: () => number;
  readonly release: () => Promise<void>;
}

/** An open, migrated database. While it is open, its PostgreSQL runs. */
export class Database {
  readonly name: string;
  readonly embedded: boolean;
  readonly #parts: DatabaseParts;
  #closed: Promise<void> | null = null;

  constructor(parts: DatabaseParts) {
    this.name = parts.name;
    this.embedded = parts.embedded;
    this.#parts = parts;
  }

  /** What a plain `pg` client or pool needs to connect as a role. Holds the password: not for a log. */
  clientConfig(role: DatabaseRole): pg.ClientConfig {
    const { address, credentials } = this.#parts;
    return { ...address, ...credentials(role), application_name: `gatehouse ${role}` };
  }

  /** The embedded server's process; null where the server is the operator's own. */
  get pid(): number | null {
    return this.#parts.pid?.() ?? null;
  }

  /** Close your own connections first: the last use of an embedded PostgreSQL stops it. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#parts.release();
    return this.#closed;
  }
}
