import { ScannedValue, sameInput } from '@gatehouse/audit';
import type { ClientId, JsonObject, JsonValue, SessionId, TaskId, TraceId } from '@gatehouse/kernel';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { aContext, anEntry, scanner } from './an-entry.ts';
import { anOpenLog } from './an-open-log.ts';

const opened = anOpenLog();

async function storedRow(id: string) {
  const { rows } = await opened.owner.query(
    'select *, evaluation::text as evaluation_text from audit_log where id = $1',
    [id],
  );
  return rows[0] as Record<string, unknown> & { evaluation: JsonObject; result: JsonObject | null };
}

async function storedText(id: string): Promise<string> {
  const { rows } = await opened.owner.query<{ line: string }>(
    'select audit_log::text as line from audit_log where id = $1',
    [id],
  );
  return rows[0]!.line;
}

describe('a recorded row', () => {
  it('is in the table when record resolves, with its 18 columns', async () => {
    const entry = anEntry();
    const { id, commitment } = await opened.log.record(entry);
    const row = await storedRow(id);
    expect(Object.keys(row)).toHaveLength(19);
    expect(row).toMatchObject({
      event: 'tool_call.decided',
      user_id: entry.context.userId,
      session_id: entry.context.sessionId,
      task_id: entry.context.taskId,
      trace_id: entry.context.traceId,
      context_id: entry.context.contextId,
      client_id: 'claude-code',
      role: 'user',
      agent_id: null,
      action: 'mcp__filesystem__read_file',
      decision: 'allow',
      policy: 'default_allow',
      result: null,
      cost_microdollars: '0',
    });
    expect(row.evaluation).toMatchObject({
      commitment,
      policyVersion: 'sha256:00',
      content: { claimed: null, findings: [] },
    });
    expect(sameInput(row.evaluation, { path: '/srv/notes.txt' })).toBe(true);
    expect(sameInput(row.evaluation, { path: '/srv/other.txt' })).toBe(false);
  });

  it("carries its time in its id, and PostgreSQL's own clock functions agree", async () => {
    const { id } = await opened.log.record(anEntry());
    const { rows } = await opened.owner.query(
      'select occurred_at = uuid_extract_timestamp(id) as same, uuid_extract_version(id) as version from audit_log where id = $1',
      [id],
    );
    expect(rows[0]).toEqual({ same: true, version: 7 });
  });

  it('repeats the commitment and not the input when the call is completed', async () => {
    const entry = anEntry();
    const decided = await opened.log.record(entry);
    const completed = await opened.log.record({
      ...entry,
      event: 'tool_call.completed',
      input: undefined as never,
      inputCommitment: decided.commitment,
      result: {
        status: 'ok',
        error: null,
        tokens: null,
        durationMs: 1.5,
        reportedBy: 'gatehouse',
        output: ScannedValue.of(scanner, { text: 'hello' }),
      },
      costMicrodollars: 9_007_199_254_740_993n,
    });
    const row = await storedRow(completed.id);
    expect(row.evaluation).toMatchObject({ commitment: decided.commitment });
    expect(row.evaluation).not.toHaveProperty('content');
    expect(row.result).toMatchObject({
      status: 'ok',
      durationMs: 1.5,
      content: { output: { text: 'hello' } },
    });
    expect(row.cost_microdollars).toBe('9007199254740993');
  });

  it.each(['user_id', 'session_id', 'task_id', 'trace_id', 'context_id', 'client_id'])(
    'is not inserted without one of its six ids: %s',
    async (column) => {
      const { id } = await opened.log.record(anEntry());
      const others = (value: string) =>
        `insert into audit_log select (json_populate_record(audit_log, json_build_object('id', gen_random_uuid(), '${column}', ${value}))).*
           from audit_log where id = '${id}'`;
      const client = new pg.Client(opened.database.clientConfig('server'));
      await client.connect();
      try {
        await expect(client.query(others('null'))).rejects.toMatchObject({ code: '23502' });
        await expect(client.query(others(`''`))).rejects.toMatchObject({ code: '23514' });
      } finally {
        await client.end();
      }
    },
  );

  it('keeps 16 KiB of input whole and of more a head, its length and its hash', async () => {
    const small = await opened.log.record(anEntry({ value: { text: 'x'.repeat(16_000) } }));
    const large = await opened.log.record(anEntry({ value: { text: 'x'.repeat(20_000) } }));
    expect((await storedRow(small.id)).evaluation).toMatchObject({
      content: { input: { text: 'x'.repeat(16_000) } },
    });
    expect((await storedRow(large.id)).evaluation).toMatchObject({
      content: { input: { cut: true, bytes: 20_011, head: expect.stringMatching(/^\{"text":"x{8183}$/) } },
    });
  });
});

describe('what a client can write', () => {
  const canary = `ghp_${'c4nArY'.repeat(6)}`;

  it.each([
    ['a task id', { context: aContext({ taskId: canary as TaskId }) }],
    ['a trace id', { context: aContext({ traceId: canary as TraceId }) }],
    ['a client id', { context: aContext({ clientId: canary as ClientId }) }],
    ['an action', { action: canary }],
    ['an action in odd letters', { action: `täst ${canary}` }],
    ['a claim', { claimed: { agent_id: canary, [canary]: 1 } }],
    [
      'a rule detail',
      { rules: [{ rule: 'r', result: 'fail' as const, detail: `at ${canary}`, durationUs: 1 }] },
    ],
    ['a reason', { reason: `because ${canary}` }],
    ['a detail', { detail: { diff: canary } }],
    ['a value', { value: { a: [canary] } }],
    ['a key', { value: { [canary]: true } }],
    ['a session id of 100 KB', { context: aContext({ sessionId: canary.repeat(2500) as SessionId }) }],
  ])('leaves no credential in any column: %s', async (_name, fields) => {
    const { id } = await opened.log.record(anEntry(fields));
    expect(await storedText(id)).not.toContain('c4nArY');
  });

  it('names an id that cannot stand by its hash, and keeps the original, cut, as a claim', async () => {
    const { id } = await opened.log.record(
      anEntry({ context: aContext({ taskId: 'no such id!'.repeat(100) as TaskId }) }),
    );
    const row = await storedRow(id);
    expect(row.task_id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(row.evaluation).toMatchObject({
      content: { claimed: { task_id: 'no such id!'.repeat(100).slice(0, 256) } },
    });
  });

  it('replaces what PostgreSQL does not take, keeps keys apart, and says lossy', async () => {
    const { id } = await opened.log.record(
      anEntry({ value: JSON.parse('{"a\\u0000":1,"a\\ufffd":2,"b":"x\\ud800y"}') as JsonValue }),
    );
    const { evaluation } = await storedRow(id);
    expect(evaluation).toMatchObject({
      lossy: true,
      content: { input: { 'a\ufffd': 1, 'a\ufffd~': 2, b: 'x\ufffdy' } },
    });
  });
});
