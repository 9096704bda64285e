import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { METHOD_TABLE } from './methods/method-table.ts';

const KNOWN: ReadonlySet<string> = new Set(
  METHOD_TABLE.filter(({ from }) => from === 'client').map(({ method }) => method),
);
const OTHER = 'other';

/**
 * How many messages of each method clients with a valid token sent this process, whatever became of them: those that
 * are no rows too. What does not stand in the table is one method.
 */
@Injectable()
export class McpMessageCounts {
  readonly #counts = new Map<string, number>();

  /** A body as it was posted: one message, or a batch. Answers of clients have no method. */
  add(body: JsonValue): void {
    if (Array.isArray(body)) for (const one of body as readonly JsonValue[]) this.#addOne(one);
    else this.#addOne(body);
  }

  all(): readonly { readonly method: string; readonly count: number }[] {
    return [...this.#counts].map(([method, count]) => ({ method, count }));
  }

  #addOne(message: JsonValue): void {
    if (!isJsonObject(message) || typeof message.method !== 'string') return;
    const method = KNOWN.has(message.method) ? message.method : OTHER;
    this.#counts.set(method, (this.#counts.get(method) ?? 0) + 1);
  }
}
