import { hash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { Decision } from './decision.ts';

const KEEP_MS = 60 * 60_000;
/** What is forgotten is found again in its row: this is a memory, not the record. */
const MOST_OPEN = 8192;
/** Larger inputs are kept as a hash. */
const KEPT_BYTES = 4096;

/** An allowed hook call that its client has not reported back on. */
export interface OpenCall {
  readonly decision: Decision;
  /** Whether this is what was decided upon. */
  isFor(action: string, input: JsonValue): boolean;
}

/**
 * Allowed hook calls that wait for their PostToolUse. Each is matched once, by the same token session and the
 * client's own tool use id (threats T14, T16). When there are too many, the oldest gives way.
 */
@Injectable()
export class OpenCalls {
  readonly #open = new Map<string, Kept>();
  /** The same calls in the order of their opening, round and round: a map that loses its first entries is slow to iterate. */
  readonly #ring: (Kept | undefined)[] = Array.from({ length: MOST_OPEN });
  #next = 0;

  /** `bytes`: of the request that the input came in. */
  add(decision: Decision, bytes: number, nowMs: number): void {
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined && this.#open.get(oldest.key) === oldest) this.#open.delete(oldest.key);
    const kept = new Kept(decision, bytes > KEPT_BYTES, this.#next, nowMs);
    this.#ring[this.#next] = kept;
    this.#next = (this.#next + 1) % MOST_OPEN;
    this.#open.set(kept.key, kept);
  }

  /** Takes the open call of this session and task; undefined when there is none, or none within the last hour. */
  take(sessionId: string, taskId: string, nowMs: number): OpenCall | undefined {
    const key = keyOf(sessionId, taskId);
    const call = this.#open.get(key);
    if (call === undefined) return undefined;
    this.#open.delete(key);
    this.#ring[call.slot] = undefined;
    return nowMs - call.openedAtMs < KEEP_MS ? call : undefined;
  }
}

/** Most calls are small, and most of them are compared once or never: comparing costs less than a hash of each. */
class Kept implements OpenCall {
  readonly decision: Decision;
  readonly key: string;
  readonly #inputHash: string | null;

  constructor(
    decision: Decision,
    large: boolean,
    readonly slot: number,
    readonly openedAtMs: number,
  ) {
    const { call, context } = decision;
    this.key = keyOf(context.sessionId, context.taskId);
    this.decision = large ? { ...decision, call: { ...call, input: null } } : decision;
    this.#inputHash = large ? hash('sha256', canonicalJson(call.input)) : null;
  }

  isFor(action: string, input: JsonValue): boolean {
    const { call } = this.decision;
    if (action !== call.action) return false;
    const text = canonicalJson(input);
    if (this.#inputHash !== null) return hash('sha256', text) === this.#inputHash;
    return text === canonicalJson(call.input);
  }
}

function keyOf(sessionId: string, taskId: string): string {
  return `${sessionId} ${taskId}`;
}
