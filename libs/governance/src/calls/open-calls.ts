import { hash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { Decision } from './decision.ts';

const KEEP_MS = 60 * 60_000;
/** What is forgotten is found again in its row: this is a memory, not the record. */
const MAX_OPEN = 8192;
/** Larger inputs are kept as a hash. */
const KEPT_BYTES = 4096;

/** An allowed hook call that its client has not reported back on. */
export interface OpenCall {
  readonly decision: Decision;
  /** Whether this is what was decided upon. */
  isFor(action: string, input: JsonValue): boolean;
}

interface Kept extends OpenCall {
  readonly openedAtMs: number;
}

/**
 * Allowed hook calls that wait for their PostToolUse. Each is matched once, by the same token session and the
 * client's own tool use id (threats T14, T16).
 */
@Injectable()
export class OpenCalls {
  readonly #open = new Map<string, Kept>();

  /** `bytes`: of the request that the input came in. */
  add(decision: Decision, bytes: number, nowMs: number): void {
    this.#forget(nowMs);
    const { action, input } = decision.call;
    const isSame = bytes <= KEPT_BYTES ? sameAs(input) : hashedAs(input);
    this.#open.set(keyOf(decision.context.sessionId, decision.context.taskId), {
      decision: { ...decision, call: { ...decision.call, input: null } },
      isFor: (otherAction, otherInput) => action === otherAction && isSame(otherInput),
      openedAtMs: nowMs,
    });
  }

  /** Takes the open call of this session and task; undefined when there is none. */
  take(sessionId: string, taskId: string): OpenCall | undefined {
    const key = keyOf(sessionId, taskId);
    const call = this.#open.get(key);
    this.#open.delete(key);
    return call;
  }

  /** Insertion order is age order, so forgetting stops at the first that is young enough. */
  #forget(nowMs: number): void {
    for (const [key, call] of this.#open) {
      if (this.#open.size < MAX_OPEN && nowMs - call.openedAtMs < KEEP_MS) return;
      this.#open.delete(key);
    }
  }
}

/** Most calls are small, and most of them are compared once or never: comparing costs less than a hash of each. */
function sameAs(input: JsonValue): (other: JsonValue) => boolean {
  return (other) => canonicalJson(input) === canonicalJson(other);
}

function hashedAs(input: JsonValue): (other: JsonValue) => boolean {
  const expected = hash('sha256', canonicalJson(input));
  return (other) => hash('sha256', canonicalJson(other)) === expected;
}

function keyOf(sessionId: string, taskId: string): string {
  return `${sessionId} ${taskId}`;
}
