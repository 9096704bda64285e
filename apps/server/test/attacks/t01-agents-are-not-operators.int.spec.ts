import { join } from 'node:path';
import type { Configuration } from '@gatehouse/config';
import { Logins } from '@gatehouse/identity';
import { Secret } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBanner } from '../../src/start-banner.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
let production: TestServer;
let tokens: Readonly<Record<'admin' | 'user', string>>;

function inProduction(configuration: Configuration): Configuration {
  return { ...configuration, profile: { ...configuration.profile, mode: 'production' } };
}

beforeAll(async () => {
  server = await aServer({ tools: false });
  production = await aServer({ tools: false, beside: server, configure: inProduction });
  await Promise.all([server.discovered, production.discovered]);
  tokens = {
    admin: await server.token('admin@localhost'),
    user: await server.token('maya@example.test'),
  };
});
afterAll(async () => {
  await production.end();
  await server.end();
});

type Place = (configuration: Configuration) => object;

async function judged(at: TestServer, token: string, tool: string, input: object): Promise<string> {
  const answer = await postHook(at, token, preToolUse(tool, input));
  return answer.body.hookSpecificOutput?.permissionDecisionReason ?? 'allowed';
}

describe.each([
  ['evaluation', () => server],
  ['production', () => production],
] as const)('an agent with a shell in %s', (_mode, at) => {
  const shells: [string, string][] = [
    ['a token of the admin', 'gatehouse admin session login --email admin@localhost --token-only'],
    ['by npx', 'npx gatehouse admin users create --email a@b.test --role admin'],
    ['by npm exec', 'npm exec -- gatehouse admin users role set 1 admin'],
    ['by its path', './apps/cli/bin/gatehouse admin session login --email admin@localhost'],
    ['by node', 'node apps/cli/bin/run.js admin agents token helper'],
    ['inside another shell', `bash -c "gatehouse admin governance apply sha256:00"`],
    ['behind a pipe', 'echo y | gatehouse admin users suspend 1'],
    ['the passphrase', 'gatehouse admin operator passphrase set'],
    [
      'with a passphrase file',
      'GATEHOUSE_OPERATOR_PASSPHRASE_FILE=/tmp/p gatehouse admin session login --email a@b',
    ],
  ];

  it.each(shells)('is denied the command that gives it %s, whatever the role', async (_what, command) => {
    for (const role of ['admin', 'user'] as const) {
      expect(await judged(at(), tokens[role], 'Bash', { command })).toMatch(/\(blocklisted\)$/);
    }
  });

  it.each<[string, string, Place]>([
    [
      'reads the passphrase hash',
      'Read',
      ({ installation }) => ({ file_path: join(installation.keyDir, 'operator-passphrase') }),
    ],
    [
      'removes it in a shell',
      'Bash',
      ({ installation }) => ({ command: `rm ${installation.keyDir}/operator-passphrase` }),
    ],
    [
      'reads the signing key in a shell',
      'Bash',
      ({ installation }) => ({ command: `base64 < '${installation.keyDir}/token-signing'` }),
    ],
    [
      'writes a profile in evaluation mode',
      'Write',
      ({ installation }) => ({ file_path: join(installation.stateDir, 'profiles/local.yaml'), content: '' }),
    ],
    [
      'edits the policy',
      'Edit',
      ({ installation }) => ({
        file_path: join(installation.servicesDir, 'governance/roles.yaml'),
        old_string: 'a',
        new_string: 'b',
      }),
    ],
  ])('is denied when it %s', async (_what, tool, place) => {
    const input = place(at().configuration);
    for (const role of ['admin', 'user'] as const) {
      expect(await judged(at(), tokens[role], tool, input)).toMatch(/\(blocklisted\)$/);
    }
  });

  it.each(['gatehouse admin config security show', 'npx gatehouse infra services status'])(
    'may look: %s',
    async (command) => {
      expect(await judged(at(), tokens.user, 'Bash', { command })).toBe('allowed');
    },
  );
});

describe('production', () => {
  it.each([undefined, new Secret('a guess of some length')])(
    'opens no session for an e-mail address alone (proof %s)',
    async (proof) => {
      const request = {
        email: 'admin@localhost',
        clientId: 'test',
        ...(proof === undefined ? {} : { proof: { kind: 'passphrase', passphrase: proof } as const }),
      };
      await expect(production.app.get(Logins).login(request)).rejects.toMatchObject({
        code: proof === undefined ? 'IDENTITY_PROOF_REQUIRED' : 'IDENTITY_PASSPHRASE_UNSET',
      });
    },
  );

  it.each([
    ['evaluation', () => server, /not for production/],
    ['production', () => production, /no operator passphrase is set/],
  ] as const)('is told from evaluation by banner and /readyz: %s', async (mode, at, note) => {
    const response = await fetch(`http://127.0.0.1:${at().port}/readyz`);
    expect(await response.json()).toMatchObject({ mode, notes: [expect.stringMatching(note) as string] });
    expect(startBanner(at().configuration, at())).toContain(`${mode} mode`);
  });
});
