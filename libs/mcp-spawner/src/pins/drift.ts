import { createHash } from 'node:crypto';
import type { Pin, PinKind, Subject } from './pin.ts';

/** Something that a server has now and that nobody approved. */
export interface Drift {
  readonly kind: PinKind;
  readonly name: string;
  readonly now: Subject;
  /** What was approved under that name; undefined when nothing was. */
  readonly before: Pin | undefined;
}

/** What differs from what was approved. What is gone is no drift: it can do nothing. */
export function driftOf(pins: readonly Pin[], subjects: readonly Subject[]): readonly Drift[] {
  const approved = new Map<string, Pin[]>();
  for (const pin of pins) {
    const key = keyOf(pin.kind, pin.name);
    approved.set(key, [...(approved.get(key) ?? []), pin]);
  }
  return subjects.flatMap((now) => {
    const under = approved.get(keyOf(now.kind, now.name)) ?? [];
    if (under.some(({ hash }) => hash === now.hash || hash === now.earlierHash)) return [];
    return [{ kind: now.kind, name: now.name, now, before: under.at(-1) }];
  });
}

/** What an approval is bound to: these changes and no others. */
export function driftHash(drift: readonly Drift[]): string {
  const lines = drift.map(({ kind, name, now }) => [kind, name, now.hash].join('\t')).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

export function keyOf(kind: PinKind, name: string): string {
  return `${kind}\n${name}`;
}
