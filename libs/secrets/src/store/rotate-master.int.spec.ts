import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACTOR, aStore, LONG_VALUE, type TestStore } from '../../test/a-store.ts';
import { SecretVersionQueries } from './secret-version.queries.ts';

let test: TestStore;
beforeAll(async () => {
  test = await aStore();
  for (const name of ['ONE', 'TWO']) await test.set(name, `${LONG_VALUE} ${name}`);
});
afterAll(() => test.end());

const file = (name: string): string => join(test.keyDir, name);

async function expectNothingLost(): Promise<void> {
  for (const name of ['ONE', 'TWO']) expect(await test.opened(name)).toBe(`${LONG_VALUE} ${name}`);
}

it('moves every secret to a new key pair and keeps nothing of the old one', async () => {
  const before = readFileSync(file('secrets-private-key'));
  const { keyId } = await test.store.rotateMaster(ACTOR);
  expect(readFileSync(file('secrets-private-key')).equals(before)).toBe(false);
  expect(existsSync(file('secrets-private-key.next'))).toBe(false);
  expect((await test.store.sealed(['ONE', 'TWO'])).versions.map((version) => version.keyId)).toEqual([
    keyId,
    keyId,
  ]);
  await expectNothingLost();
  expect(test.rows.at(-1)).toMatchObject({ event: 'secret.rotated', detail: { key: 'master', secrets: 2 } });
});

/** A store whose process ends at its n-th step in the database: what the step would do is not done. */
async function rotateUntil(step: number): Promise<boolean> {
  let left = step;
  const queries = new SecretVersionQueries(test.dataSource);
  const dying = new Proxy(queries, {
    get: (target, property: keyof SecretVersionQueries) => {
      const method = target[property] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return method.apply(target, args);
      };
    },
  });
  try {
    await test.storeOver(dying).rotateMaster(ACTOR);
    return true;
  } catch (error) {
    if ((error as Error).message !== 'killed') throw error;
    return false;
  }
}

it('loses nothing when it is killed at any of its steps, and goes on when it is asked again', async () => {
  let step = 0;
  for (; !(await rotateUntil(step)); step += 1) {
    await expectNothingLost();
    if (step % 3 === 0) await test.set('TWO', `${LONG_VALUE} TWO`);
  }
  expect(step).toBeGreaterThan(5);
  await test.store.rotateMaster(ACTOR);
  await expectNothingLost();
});

it('loses nothing when it is killed while the new key takes the place of the old one', async () => {
  const old = readFileSync(file('secrets-private-key'));
  await test.store.rotateMaster(ACTOR);
  writeFileSync(file('secrets-private-key.next'), readFileSync(file('secrets-private-key')), { mode: 0o600 });
  writeFileSync(file('secrets-private-key'), old);
  await expectNothingLost();
  await test.set('THREE', LONG_VALUE);
  expect(await test.opened('THREE')).toBe(LONG_VALUE);
  expect(existsSync(file('secrets-private-key.next'))).toBe(false);
  await expectNothingLost();
});
