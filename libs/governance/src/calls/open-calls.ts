import { hash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { Decision } from './decision.ts';

const KEEP_MS = 60 * 60_000;
const MAX_OPEN = 50_000;

/** An allowed hook call that its client has not reported back on, and a hash of what was decided upon. */
export interface OpenCall {
  readonly decision: Decision;
  readonly inputHash: string;
  readonly openedAtMs: number;
}

/**
 * Allowed hook calls that wait for their PostToolUse. Each is matched once, by the same token session and the
 * client's own tool use id (threats T14, T16).
 */
@Injectable()
export class OpenCalls {
  readonly #open = new Map<string, OpenCall>();

  add(decision: Decision, nowMs: number): void {
    this.#forget(nowMs);
    this.#open.set(keyOf(decision.context.sessionId, decision.context.taskId), {
      decision,
      inputHash: inputHash(decision.call.input),
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

export function inputHash(input: JsonValue): string {
  return hash('sha256', canonicalJson(input));
}

function keyOf(sessionId: string, taskId: string): string {
  return `${sessionId} ${taskId}`;
}
