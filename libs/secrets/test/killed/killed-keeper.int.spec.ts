import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTOR, aStore, LONG_VALUE, type TestStore } from '../a-store.ts';
import { KillableKeepers } from './killable-keepers.ts';

/** `npm run soak 1 rotations` kills at every change, else at those that matter most. */
const EVERY = process.env.KILL_AT_EVERY_STEP !== undefined;
const NAMES = ['ONE', 'TWO'];
let test: TestStore;
let keepers: KillableKeepers;
beforeAll(async () => {
  test = await aStore();
  for (const name of NAMES) await test.set(name, `${LONG_VALUE} ${name}`);
  keepers = new KillableKeepers();
});
afterAll(async () => {
  keepers.end();
  await test.end();
});

const opened = () => Promise.all(NAMES.map((name) => test.opened(name)));
const values = (of: string) => NAMES.map((name) => `${LONG_VALUE} ${name === 'TWO' ? of : name}`);
const FILES = [
  'secrets-fingerprints',
  'secrets-private-key',
  'secrets-public',
  'secrets-signing-key',
  'secrets-versions',
];

/** Which of the changes to kill at: the first that each pattern fits. */
function chosen(changes: readonly string[], patterns: readonly RegExp[]): readonly number[] {
  if (EVERY) return [...changes.keys()];
  const found = patterns.map((pattern) => changes.findIndex((change) => pattern.test(change)));
  expect(found).not.toContain(-1);
  return found;
}

const timeout = EVERY ? 600_000 : 120_000;

describe('a keeper that is killed by SIGKILL at a change of a file', () => {
  it('while the master key is rotated loses nothing, and the next rotation finishes it', {
    timeout,
  }, async () => {
    const rotate = () => test.store.rotateMaster(ACTOR);
    const changes = await keepers.killAt(-1, rotate);
    const matter = [
      /^unlink secrets-private-key.next.new/,
      /^rename secrets-public/,
      /^rename secrets-private-key/,
    ];
    for (const number of chosen(changes, matter)) {
      const begun = await keepers.killAt(number, rotate);
      expect(begun).toEqual(changes.slice(0, number + 1));
      expect(await opened(), `killed at ${changes[number]}`).toEqual(values('TWO'));
      const { keyId } = await rotate();
      expect(await opened(), `finished after ${changes[number]}`).toEqual(values('TWO'));
      const { versions } = await test.store.sealed(NAMES);
      expect(versions.map((version) => version.keyId)).toEqual([keyId, keyId]);
      // Not even a half of a key that was to be.
      expect(readdirSync(test.keyDir).sort()).toEqual(FILES);
    }
  });

  it('while a secret is rotated loses neither value, and nothing older is opened', { timeout }, async () => {
    let number = 0;
    const rotate = () => {
      number += 1;
      return test.set('TWO', `${LONG_VALUE} ${number}`);
    };
    const changes = await keepers.killAt(-1, rotate);
    for (const at of chosen(changes, [/^write/, /^rename secrets-versions/])) {
      const { versions: old } = await test.store.sealed(['TWO']);
      expect((await keepers.killAt(at, rotate)).at(-1)).toBe(changes[at]);
      expect(await opened(), `killed at ${changes[at]}`).toEqual(values(String(number)));
      await rotate();
      expect(await opened()).toEqual(values(String(number)));
      expect(() => test.open(old[0]!)).toThrow('older');
      expect(readdirSync(test.keyDir).sort()).toEqual(FILES);
    }
  });
});
