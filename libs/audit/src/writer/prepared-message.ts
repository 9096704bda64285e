import type pg from 'pg';

/** The part of `pg`'s connection that a query of one's own writes to. */
interface Wire {
  readonly stream: { readonly writable: boolean; write(bytes: Buffer): boolean };
  readonly parsedStatements: Record<string, string>;
  parse(statement: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
}

/**
 * A query for `client.query` that sends Bind, Execute and Sync as they are handed in, in one write: `pg` would copy the
 * parameters three times, into buffers that it allocates anew for each statement. The statement is parsed once for
 * each connection. `message` must stay as it is until `done` is settled.
 */
export class PreparedMessage implements pg.Submittable {
  /** Resolves when the statement is committed; rejects with what the server or the connection says. */
  readonly done: Promise<void>;
  readonly name: string;
  readonly text: string;
  /** `pg` puts its own in this one's place, to time it. */
  callback: (error: Error | null) => void;
  readonly #message: Buffer;

  constructor(name: string, text: string, message: Buffer) {
    this.name = name;
    this.text = text;
    this.#message = message;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.callback = (error) => (error === null ? resolve() : reject(error));
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    if (wire.parsedStatements[this.name] === undefined)
      wire.parse({ name: this.name, text: this.text, types: [] });
    // On a connection that is going down, its end is the answer.
    if (wire.stream.writable) wire.stream.write(this.#message);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}
