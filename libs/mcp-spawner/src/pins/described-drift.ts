import { diffLines } from '@gatehouse/config';
import type { Drift } from './drift.ts';
import type { PinKind } from './pin.ts';
import { flagsOf, madeVisible, type TextFlag } from './text-flags.ts';

/** A held change as a person reads it. */
export interface DescribedDrift {
  readonly kind: PinKind;
  readonly name: string;
  readonly change: 'new' | 'changed';
  /** Unified, of the definitions as indented JSON; characters that would not show are written out. */
  readonly diff: string;
  /** Of what it would be. */
  readonly flags: readonly TextFlag[];
}

export function describedDrift({ kind, name, now, before }: Drift): DescribedDrift {
  const text = (content: object | undefined): string =>
    content === undefined ? '' : `${madeVisible(JSON.stringify(content, null, 2))}\n`;
  return {
    kind,
    name: madeVisible(name),
    change: before === undefined ? 'new' : 'changed',
    diff: diffLines(text(before?.content), text(now.content)),
    flags: flagsOf(now.content),
  };
}
