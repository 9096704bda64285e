import { chmod, chown, cp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aPolicyInstallation, evaluation, type PolicyInstallation } from '../support/policy-installation.ts';

/** The owner of nothing here. */
const NOBODY = 65_534;
const asRoot = process.geteuid?.() === 0;

let installed: PolicyInstallation;
let user: string;
/** What lets users read, as shipped, and what the operator made of it. */
let open: string;
let closed: string;
const governance = () => join(installed.checkout.root, 'services/governance');
const roles = () => join(governance(), 'roles.yaml');
const elsewhere = (name: string) => join(installed.checkout.root, name);

/** The operator's files again, with the operator's rights. */
async function heal(): Promise<void> {
  await rm(roles(), { force: true, recursive: true });
  await writeFile(roles(), closed, { mode: 0o644 });
  await chmod(governance(), 0o755);
}

const refusals = async () =>
  (await installed.policyRows()).filter(({ outcome }) => outcome === 'refused').map(({ text }) => text);

beforeAll(async () => {
  installed = await aPolicyInstallation(evaluation);
  user = await installed.tokenOf('u@example.test', 'user');
  open = await installed.checkout.readPolicy('roles.yaml');
  closed = open.replace('  user:\n    allow: ["*"]', '  user:\n    deny: [Read]\n    allow: ["*"]');
  await installed.checkout.writePolicy('roles.yaml', closed);
  await vi.waitUntil(async () => !(await installed.mayRead(user)), { timeout: 10_000 });
});
afterEach(heal);
afterAll(() => installed.end());

/** Only root can give a file away. */
const GIVEN_AWAY: [string, () => Promise<unknown>, string][] = [
  [
    'a file of another user',
    async () => {
      await writeFile(roles(), open);
      await chown(roles(), NOBODY, NOBODY);
    },
    `belongs to user id ${NOBODY}`,
  ],
  [
    'a file of a group that others are in',
    async () => {
      await chown(roles(), 0, NOBODY);
      await chmod(roles(), 0o664);
      await writeFile(roles(), open);
    },
    'may be written by its group',
  ],
];

describe('a policy file that somebody else could have written changes nothing while the server runs', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a link to a file elsewhere',
      async () => {
        await writeFile(elsewhere('roles-of-mine.yaml'), open);
        await rm(roles());
        await symlink(elsewhere('roles-of-mine.yaml'), roles());
      },
      'is a link',
    ],
    [
      'a file that everyone may write',
      async () => {
        await chmod(roles(), 0o666);
        await writeFile(roles(), open);
      },
      'may be written by everyone',
    ],
    [
      'a file in a folder that everyone may write',
      async () => {
        await chmod(governance(), 0o777);
        await writeFile(roles(), open);
      },
      'which may be written by everyone',
    ],
    ...(asRoot ? GIVEN_AWAY : []),
  ])('%s', async (_what, spoil, problem) => {
    const known = (await refusals()).length;
    await spoil();
    await expect.poll(async () => (await refusals()).slice(known).join('\n')).toContain(problem);
    expect(await installed.mayRead(user)).toBe(false);
  });

  it('a folder that is a link', async () => {
    const known = (await refusals()).length;
    await cp(governance(), elsewhere('mine'), { recursive: true });
    await writeFile(elsewhere('mine/roles.yaml'), open);
    await rename(governance(), elsewhere('theirs'));
    await symlink(elsewhere('mine'), governance());
    await expect.poll(async () => (await refusals()).slice(known).join('\n')).toContain('which is a link');
    expect(await installed.mayRead(user)).toBe(false);
    await rm(governance());
    await rename(elsewhere('theirs'), governance());
  });
});

it('the same bytes in a file of the operator’s are in force at once', async () => {
  await installed.checkout.writePolicy('roles.yaml', open);
  await expect.poll(() => installed.mayRead(user)).toBe(true);
});
