import type { Connection, FieldDef, Submittable } from 'pg';

export interface FirstRowsResult {
  readonly fields: readonly FieldDef[];
  /** Values as PostgreSQL writes them. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** There were more rows than asked for. */
  readonly truncated: boolean;
}

/**
 * One statement by the extended protocol, which takes no second one, and no more of its rows than asked for:
 * the portal stays suspended and the server computes no further. Give it to `client.query`, await `result`.
 */
export class FirstRows implements Submittable {
  readonly result: Promise<FirstRowsResult>;
  readonly #text: string;
  readonly #limit: { readonly rows: number; readonly bytes: number };
  readonly #resolve: (result: FirstRowsResult) => void;
  readonly #reject: (error: Error) => void;
  #fields: readonly FieldDef[] = [];
  readonly #rows: (string | null)[][] = [];
  #truncated = false;
  #received = 0;

  constructor(text: string, limit: { readonly rows: number; readonly bytes: number }) {
    this.#text = text;
    this.#limit = limit;
    const { promise, resolve, reject } = Promise.withResolvers<FirstRowsResult>();
    this.result = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    // Counted at the wire: a single value of a gigabyte would be gathered in memory before it is a row.
    connection.stream.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
      if (this.#received > this.#limit.bytes) connection.stream.destroy(new ResultTooLarge());
    });
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.bind({ portal: '', statement: '', values: [] }, true);
    connection.describe({ type: 'P', name: '' }, true);
    connection.execute({ portal: '', rows: String(this.#limit.rows) }, true);
    connection.flush();
  }

  handleRowDescription(message: { fields: FieldDef[] }): void {
    this.#fields = message.fields;
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    this.#rows.push(message.fields);
  }

  handlePortalSuspended(connection: Connection): void {
    this.#truncated = true;
    connection.sync();
  }

  handleCommandComplete(_message: object, connection: Connection): void {
    connection.sync();
  }

  handleEmptyQuery(connection: Connection): void {
    connection.sync();
  }

  handleError(error: Error, connection: Connection): void {
    this.#reject(error);
    if (!connection.stream.destroyed) connection.sync();
  }

  handleReadyForQuery(): void {
    this.#resolve({ fields: this.#fields, rows: this.#rows, truncated: this.#truncated });
  }

  /** There is nothing to copy in. */
  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy();
  }

  handleCopyData(): void {}
}

export class ResultTooLarge extends Error {
  override readonly name = 'ResultTooLarge';
}
