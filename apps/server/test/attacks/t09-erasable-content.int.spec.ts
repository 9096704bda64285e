import { AuditBundles, AuditSigning, Retention, systemContext } from '@gatehouse/audit';
import { Users } from '@gatehouse/identity';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
let userId: string;
const PRIVATE = 'the diagnosis of Ms Okafor';

beforeAll(async () => {
  server = await aServer({ tools: false });
  const token = await server.token('maya@example.test', 'hooks');
  userId = (await server.app.get(Users).get('maya@example.test')).id;
  for (let i = 0; i < 5; i += 1)
    await postHook(server, token, preToolUse('Read', { file_path: `/srv/${PRIVATE}/${i}` }));
  await postHook(
    server,
    await server.token('jon@example.test', 'hooks'),
    preToolUse('Read', { file_path: '/srv/plain' }),
  );
});
afterAll(() => server.end());

async function everything(): Promise<string> {
  const { rows } = await server.sql.query<{ line: string }>(
    `select audit_log::text as line from audit_log union all select audit_held::text from audit_held`,
  );
  return rows.map(({ line }) => line).join('\n');
}

async function verified() {
  await server.app.get(AuditSigning).signNow();
  return server.app.get(AuditBundles).verify();
}

describe('what names a person', () => {
  it('enters no row: no name, no e-mail address', async () => {
    const text = await everything();
    for (const name of ['maya@example.test', 'Maya', 'jon@example.test']) expect(text).not.toContain(name);
    expect(text).toContain(PRIVATE);
  });

  it('has no fingerprint where its finding is too weak for one', async () => {
    const token = await server.token('maya@example.test', 'hooks');
    await postHook(server, token, preToolUse('Bash', { command: 'psql postgres://app:summer@db/app' }));
    const { rows } = await server.sql.query<{ findings: { fingerprint?: string }[] }>(
      `select evaluation -> 'content' -> 'findings' as findings from audit_log where action = 'Bash'`,
    );
    for (const finding of rows.flatMap((row) => row.findings)) expect(finding.fingerprint).toBeUndefined();
  });
});

describe('content under an unbreakable seal', () => {
  it('is gone from every table after an erasure, and every seal and signature stays valid', async () => {
    expect(await verified()).toMatchObject({ ok: true });
    const { rows } = await server.app.get(Retention).erase(systemContext(), userId, 'GDPR article 17');
    expect(rows).toBeGreaterThanOrEqual(5);
    const text = await everything();
    expect(text).not.toContain('Okafor');
    expect(text).toContain('/srv/plain');
    const report = await verified();
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.erased).toEqual([expect.objectContaining({ rule: 'GDPR article 17', rows })]);
  });

  it('cannot be guessed from the commitment that is left', async () => {
    const { rows } = await server.sql.query<{ evaluation: object }>(
      `select evaluation from audit_log where user_id = $1 and event = 'tool_call.decided'`,
      [userId],
    );
    for (const { evaluation } of rows) expect(JSON.stringify(evaluation)).not.toMatch(/"salt"/);
  });

  it.each([
    ['the server', 'server', `update audit_log set evaluation = audit_without_content(evaluation)`],
    [
      'the server, by the function',
      'server',
      `select audit_erase_content('x', gen_random_uuid(), gen_random_uuid(), 1)`,
    ],
    ['a reader', 'reader', `select audit_erase_content('x', gen_random_uuid(), gen_random_uuid(), 1)`],
    [
      'retention, without a row that says so',
      'retention',
      `select audit_erase_content('x', gen_random_uuid(), gen_random_uuid(), 1)`,
    ],
    ['retention, straight', 'retention', `update audit_log set evaluation = '{}'`],
    [
      'the owner, straight',
      'owner',
      `update audit_log set evaluation = audit_without_content(evaluation) where evaluation -> 'content' is not null`,
    ],
  ] as const)('is not erased by %s', async (_name, role, sql) => {
    const client = new pg.Client(server.database.clientConfig(role));
    await client.connect();
    try {
      await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });
});
