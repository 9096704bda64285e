import type pg from 'pg';
import type { NotingPool } from './noting-pool.ts';
import { type PlanEssentials, planEssentials } from './plan-essentials.ts';
import type { Question, Readers } from './questions.ts';

const RUNS = 15;
/** A question that takes longer than this is not asked so often. */
const LONG_MS = 1000;

export interface TimedQuestion extends PlanEssentials {
  readonly name: string;
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What it was answered with: rows, or an error. */
  readonly answer: string;
}

/** Asks fifteen times, and once more for the plan. */
export async function timeQuestion(
  { name, ask }: Question,
  readers: Readers,
  pools: readonly NotingPool[],
  owner: pg.Client,
): Promise<TimedQuestion> {
  const times: number[] = [];
  for (const pool of pools) pool.take();
  let answer = '';
  let asked = pools.flatMap((pool) => pool.take());
  for (let run = 0; run < RUNS; run += 1) {
    const startedAt = performance.now();
    answer = await ask(readers).then(countOf, (error: Error) => error.message);
    times.push(performance.now() - startedAt);
    asked = pools.flatMap((pool) => pool.take());
    if (times[0]! > LONG_MS && run === 2) break;
  }
  const sorted = times.toSorted((a, b) => a - b);
  return {
    name,
    firstMs: times[0]!,
    p50Ms: sorted[Math.floor(sorted.length / 2)]!,
    p99Ms: sorted.at(-1)!,
    answer,
    ...(await planEssentials(owner, asked)),
  };
}

function countOf(answer: unknown): string {
  if (Array.isArray(answer)) return String(answer.length);
  if (answer instanceof Map) return String(answer.size);
  const page = answer as { readonly rows?: readonly unknown[]; readonly next?: unknown };
  if (page.rows === undefined) return '1';
  return `${page.rows.length}${page.next === null ? '' : ' and on'}`;
}
