import type { Principal } from '@gatehouse/identity';
import { Injectable } from '@nestjs/common';
import type { Decision } from './decision.ts';
import type { GovernedCall } from './governed-call.ts';
import { keptText, readKept } from './kept-call.ts';

const KEEP_MS = 60 * 60_000;
/** What is forgotten is found again in its row: this is a memory, not the record. */
export const MOST_OPEN = 4096;
/** Of one call. An input that does not fit is kept as a hash. */
const CALL_BYTES = 4096;

/**
 * Allowed hook calls that wait for their PostToolUse. Each is matched once, by the same token session and the
 * client's own tool use id (threats T14, T16). When there are too many, the oldest gives way.
 *
 * They are kept as bytes: thousands of decisions that outlive a few collections of the young, and no more, cost every
 * one of these collections two milliseconds, in which nobody is answered.
 */
@Injectable()
export class OpenCalls {
  /** Where in the ring a call is. Not the call itself: tables that a map has outgrown keep what stood in them alive. */
  readonly #slots = new Map<string, number>();
  /** By slot, in the order of their opening, round and round. */
  readonly #keys: (string | undefined)[] = Array.from({ length: MOST_OPEN });
  readonly #openedAtMs = new Float64Array(MOST_OPEN);
  readonly #lengths = new Uint16Array(MOST_OPEN);
  readonly #bytes = Buffer.allocUnsafeSlow(MOST_OPEN * CALL_BYTES);
  #next = 0;

  /** `bytes`: of the request that the input came in. */
  add(decision: Decision, bytes: number, nowMs: number): void {
    const slot = this.#next;
    const whole = bytes > CALL_BYTES ? 0 : this.#write(slot, keptText(decision, false));
    const length = whole > 0 ? whole : this.#write(slot, keptText(decision, true));
    if (length === 0) return;
    const oldest = this.#keys[slot];
    if (oldest !== undefined && this.#slots.get(oldest) === slot) this.#slots.delete(oldest);
    const key = keyOf(decision.context.sessionId, decision.context.taskId);
    this.#keys[slot] = key;
    this.#lengths[slot] = length;
    this.#openedAtMs[slot] = nowMs;
    this.#slots.set(key, slot);
    this.#next = (slot + 1) % MOST_OPEN;
  }

  /**
   * Takes the open call of this principal's session and task. `changed` where it is not `call` that was decided upon;
   * undefined when there is none, or none within the last hour.
   */
  take(
    principal: Principal,
    taskId: string,
    call: GovernedCall,
    nowMs: number,
  ): Decision | 'changed' | undefined {
    const key = keyOf(principal.sessionId, taskId);
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#slots.delete(key);
    this.#keys[slot] = undefined;
    if (nowMs - this.#openedAtMs[slot]! >= KEEP_MS) return undefined;
    const start = slot * CALL_BYTES;
    return readKept(this.#bytes.toString('utf8', start, start + this.#lengths[slot]!), principal, call);
  }

  /** How many bytes it took; 0 where it does not fit. */
  #write(slot: number, text: string): number {
    if (text.length > CALL_BYTES || Buffer.byteLength(text) > CALL_BYTES) return 0;
    return this.#bytes.write(text, slot * CALL_BYTES);
  }
}

function keyOf(sessionId: string, taskId: string): string {
  return `${sessionId} ${taskId}`;
}
