import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RecentMemory } from './recent-memory.ts';

interface Thing {
  readonly name: string;
}

function aMemory() {
  const state = {
    nowMs: 0,
    things: new Map<string, Thing>([['a', { name: 'first' }]]),
    questions: [] as string[][],
    broken: false,
    hold: undefined as Promise<void> | undefined,
  };
  const memory = new RecentMemory<Thing>(
    async (ids) => {
      state.questions.push([...ids]);
      const seen = new Map(state.things);
      await state.hold;
      if (state.broken) throw new Error('down');
      return new Map(ids.flatMap((id) => (seen.has(id) ? [[id, seen.get(id)!] as const] : [])));
    },
    () => state.nowMs,
  );
  return { state, memory };
}

describe('memory of at most a second', () => {
  it('asks once, then answers at once', async () => {
    const { state, memory } = aMemory();
    expect(await memory.get('a')).toEqual({ name: 'first' });
    state.nowMs = 499;
    expect(memory.get('a')).toEqual({ name: 'first' });
    expect(state.questions).toEqual([['a']]);
  });

  it('asks again in the background while it still answers from memory', async () => {
    const { state, memory } = aMemory();
    await memory.get('a');
    state.things.set('a', { name: 'second' });
    state.nowMs = 999;
    expect(memory.get('a')).toEqual({ name: 'first' });
    await nextTurn();
    await nextTurn();
    expect(memory.get('a')).toEqual({ name: 'second' });
  });

  it('does not believe an answer that is a second old', async () => {
    const { state, memory } = aMemory();
    await memory.get('a');
    state.things.delete('a');
    state.nowMs = 1000;
    expect(await memory.get('a')).toBeUndefined();
  });

  it('counts age from when the question left, not from when the answer came', async () => {
    const { state, memory } = aMemory();
    const held = Promise.withResolvers<void>();
    state.hold = held.promise;
    const first = memory.get('a');
    await nextTurn();
    state.nowMs = 999;
    held.resolve();
    await first;
    state.nowMs = 1000;
    expect(memory.get('a')).toBeInstanceOf(Promise);
  });

  it('shares one question among callers, and asks for all that came up meanwhile in the next', async () => {
    const { state, memory } = aMemory();
    const held = Promise.withResolvers<void>();
    state.hold = held.promise;
    const early = [memory.get('a'), memory.get('a'), memory.get('b')];
    await nextTurn();
    const late = [memory.get('a'), memory.get('c'), memory.get('d')];
    held.resolve();
    await Promise.all([...early, ...late]);
    expect(state.questions).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('says silent when the source fails, and recovers with it', async () => {
    const { state, memory } = aMemory();
    state.broken = true;
    expect(await memory.get('a')).toBe('silent');
    state.broken = false;
    expect(await memory.get('a')).toEqual({ name: 'first' });
  });

  it('believes nothing old after forgetting, nor an answer that was under way', async () => {
    const { state, memory } = aMemory();
    const held = Promise.withResolvers<void>();
    state.hold = held.promise;
    const before = memory.get('a');
    await nextTurn();
    state.things.set('a', { name: 'second' });
    memory.forget(['a']);
    const after = memory.get('a');
    held.resolve();
    expect(await before).toEqual({ name: 'first' });
    expect(await after).toEqual({ name: 'second' });
    expect(memory.get('a')).toEqual({ name: 'second' });
  });

  it('holds 10,000 entries and drops the oldest', async () => {
    const { state, memory } = aMemory();
    for (let at = 0; at < 10_001; at += 1) state.things.set(`t${at}`, { name: `${at}` });
    await Promise.all(Array.from({ length: 10_000 }, async (_, at) => memory.get(`t${at}`)));
    await memory.get('t10000');
    expect(memory.size).toBe(10_000);
    expect(memory.get('t0')).toBeInstanceOf(Promise);
    expect(memory.get('t10000')).toEqual({ name: '10000' });
  });

  it('lets 10,000 ids wait, and is silent to more', async () => {
    const { memory } = aMemory();
    const waiting = Array.from({ length: 10_000 }, async (_, at) => memory.get(`made-up-${at}`));
    expect(memory.get('one-more')).toBe('silent');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([undefined]));
    expect(await memory.get('a')).toEqual({ name: 'first' });
  });
});

describe('what another process changed', () => {
  it('is forgotten by what the value says, and by every question under way', async () => {
    const { state, memory } = aMemory();
    state.things.set('b', { name: 'second' });
    await memory.get('a');
    await memory.get('b');
    const gate = Promise.withResolvers<void>();
    state.hold = gate.promise;
    const underWay = memory.get('c');
    await nextTurn();
    memory.forgetWhere(({ name }) => name === 'first');
    state.things.set('c', { name: 'too late' });
    gate.resolve();
    expect(await underWay).toBeUndefined();
    expect(memory.get('b')).toEqual({ name: 'second' });
    state.things.set('a', { name: 'changed' });
    expect(await memory.get('a')).toEqual({ name: 'changed' });
    expect(await memory.get('c')).toEqual({ name: 'too late' });
  });
});
