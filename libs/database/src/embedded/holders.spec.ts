import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withFolder } from '../testing/test-installation.ts';
import { Holders } from './holders.ts';

it('counts a use from its arrival on, and lets others rely on it once it has settled', () =>
  withFolder(async (folder) => {
    const holders = new Holders(join(folder, 'holders'));
    const [first, second] = [await holders.add(), await holders.add()];
    expect((await holders.living()).map(({ arriving }) => arriving)).toEqual([true, true]);
    expect([await holders.isShared(first), await holders.isShared(second)]).toEqual([false, false]);
    await holders.settle(first);
    expect([await holders.isShared(first), await holders.isShared(second)]).toEqual([false, true]);
    await holders.remove(first);
    expect(await holders.isShared(second)).toBe(false);
    expect((await holders.living()).map(({ name }) => name)).toEqual([second]);
  }));

it('forgets the uses of processes that died, at whatever step', () =>
  withFolder(async (folder) => {
    const holders = new Holders(folder);
    const dead = JSON.stringify({ pid: process.pid, start: 'another boot/1' });
    for (const name of ['settled', 'arrived', 'arrived.arriving', 'early.arriving', 'half.new'])
      await writeFile(join(folder, name), dead);
    expect(await holders.isShared('nobody')).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  }));

it('leaves alone what another is just writing', () =>
  withFolder(async (folder) => {
    await writeFile(join(folder, 'one.arriving'), '');
    await writeFile(join(folder, 'one.new'), '{"pid":');
    expect(await new Holders(folder).living()).toEqual([]);
    expect(await readdir(folder)).toEqual(['one.arriving', 'one.new']);
  }));
