import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turnstile } from './turnstile.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function aLine(turnstile: Turnstile) {
  const through: string[] = [];
  const gone = new Set<string>();
  const wait = (line: string, name: string) =>
    turnstile.wait(line, { gone: () => gone.has(name), proceed: () => void through.push(name) });
  return { through, gone, wait };
}

describe('a turnstile', () => {
  it('lets those who wait through at its rate', () => {
    const { wait, through } = aLine(new Turnstile({ perSecond: 200, places: 100 }));
    for (let i = 0; i < 30; i += 1) wait('a', String(i));
    expect(through).toHaveLength(0);
    vi.advanceTimersByTime(100);
    expect(through).toHaveLength(20);
    vi.advanceTimersByTime(100);
    expect(through).toEqual(Array.from({ length: 30 }, (_, i) => String(i)));
  });

  it('takes the lines in turns, however long one is', () => {
    const { wait, through } = aLine(new Turnstile({ perSecond: 100, places: 100 }));
    for (let i = 0; i < 40; i += 1) wait('long', `long ${i}`);
    wait('short', 'short 0');
    wait('short', 'short 1');
    vi.advanceTimersByTime(40);
    expect(through).toEqual(['long 0', 'short 0', 'long 1', 'short 1']);
  });

  it('has so many places, and half of them for one line', () => {
    const turnstile = new Turnstile({ perSecond: 100, places: 10 });
    const { wait } = aLine(turnstile);
    const taken = (line: string) => Array.from({ length: 8 }, (_, i) => wait(line, `${line} ${i}`));
    expect(taken('a').filter(Boolean)).toHaveLength(5);
    expect(taken('b').filter(Boolean)).toHaveLength(5);
    expect(wait('c', 'c')).toBe(false);
    expect(turnstile.waiting).toBe(10);
  });

  it('gives the turn of one who is gone to the next, and stops when nobody waits', () => {
    const turnstile = new Turnstile({ perSecond: 100, places: 100 });
    const { wait, gone, through } = aLine(turnstile);
    for (const name of ['one', 'two', 'three']) wait('a', name);
    gone.add('one').add('two');
    vi.advanceTimersByTime(10);
    expect(through).toEqual(['three']);
    expect(vi.getTimerCount()).toBe(0);
    wait('a', 'four');
    vi.advanceTimersByTime(10);
    expect(through).toEqual(['three', 'four']);
  });
});
