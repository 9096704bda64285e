import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlainBrowser } from '../login/a-browser.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

const TOKEN = `ghp_${'h4Jk8Lm2Nb'.repeat(3)}Vc6Xz1`;
const OTHER = `ghp_${'Qw3Er5Ty7U'.repeat(3)}io9Pa2`;

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await aServer({ tools: false });
  token = await server.token('maya@example.test');
  await server.discovered;
});
afterAll(() => server.end());

async function reasonOf(tool: string, input: unknown, bearer = token): Promise<string> {
  const { body } = await postHook(server, bearer, preToolUse(tool, input));
  expect(body.hookSpecificOutput?.permissionDecision).toBe('deny');
  return body.hookSpecificOutput?.permissionDecisionReason ?? '';
}

describe('a denial', () => {
  it('names the check and a path of the tool, and nothing else of what was sent', async () => {
    expect(await reasonOf('Bash', { command: `echo ${TOKEN}` })).toBe(
      '[GOVERNANCE] The arguments hold a credential: github-personal-access-token at $.command. (secret_detected)',
    );
    expect(await reasonOf('Bash', { command: 'ls', 'my key': { 'under it': TOKEN } })).toContain('at $.*.*.');
  });

  it('is the same for any value of a kind: it tells neither what it is nor whether it was seen before', async () => {
    const first = await reasonOf('Bash', { command: `echo ${TOKEN}` });
    expect(await reasonOf('Bash', { command: `echo ${OTHER}` })).toBe(first);
    expect(await reasonOf('Bash', { command: `echo ${TOKEN}` })).toBe(first);
    const admin = await server.token('admin@localhost');
    expect(await reasonOf('Bash', { command: `echo ${TOKEN}` }, admin)).toBe(first);
  });

  it('holds no fingerprint, length, place or confidence', async () => {
    const reason = await reasonOf('Write', { file_path: 'a', content: `${'x '.repeat(50)}${TOKEN}` });
    expect(reason).not.toMatch(/[0-9a-f]{16}|\b40\b|\b100\b|high|medium|low/);
  });

  it('of a command names what it would do, and no byte of it', async () => {
    const reason = await reasonOf('Bash', { command: 'git push --force origin canary-branch-4711' });
    expect(reason).toContain('(blocklisted)');
    expect(reason).not.toMatch(/canary|4711|origin/);
  });

  it('of an unknown, a forged and an ended session reads alike', async () => {
    const reasons = await Promise.all(
      ['', 'nonsense', `${token.slice(0, -4)}AAAA`].map((bearer) => reasonOf('Read', {}, bearer)),
    );
    for (const reason of reasons) expect(reason).toMatch(/^\[GOVERNANCE\] [^{}]{1,120} \(token_invalid\)$/);
  });

  it('does not end a session, however often a credential is found', async () => {
    for (let i = 0; i < 12; i += 1) await reasonOf('Bash', { command: `echo ${TOKEN}` });
    const { body } = await postHook(server, token, preToolUse('Read', { file_path: 'a.txt' }));
    expect(body.hookSpecificOutput?.permissionDecision).toBe('allow');
  });
});

describe('what a denial does not tell', () => {
  it('stands in the row, for those who may read it', async () => {
    const { rows } = await server.sql.query<{
      reason: string;
      findings: { path: string; fingerprint: string }[];
    }>(
      "select reason, evaluation->'content'->'findings' as findings from audit_log where policy = 'secret_detected' order by id",
    );
    expect(rows[1]!.findings).toMatchObject([{ path: '$["my key"]["under it"]' }]);
    expect(rows[0]!.findings[0]!.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(rows[0]!.reason).not.toContain(rows[0]!.findings[0]!.fingerprint);
  });
});

describe('who asks for a login link', () => {
  it('is answered alike and after the same time, whether or not the address is anybody’s', async () => {
    const answers: { readonly text: string; readonly ms: number }[] = [];
    for (const email of ['admin@localhost', 'nobody@example.test', 'no address', 'admin@localhost']) {
      const startedAt = performance.now();
      const { text } = await new PlainBrowser(server.port).post('/login/request', { email });
      answers.push({ text, ms: performance.now() - startedAt });
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    // Longer than a look into the database takes, so that what was looked up does not show.
    for (const { ms } of answers) expect(ms).toBeGreaterThanOrEqual(299);
  });
});
