import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLine, EXPORT_FORMATS, type ExportFormat, isJsonFormat } from '@gatehouse/audit';
import type { ExportSinkConfig } from '@gatehouse/config';
import { Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFileSink } from '../support/a-file-sink.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { openEvents } from '../support/event-client.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { type PlainAnswer, plainRequest } from '../support/plain-request.ts';
import { everyRoute } from '../support/routes.ts';

const HOSTILE: readonly [string, string][] = [
  ['an ANSI escape', '\u001b[2J\u001b[31mapproved\u001b[0m'],
  ['a terminal title', '\u001b]0;owned\u0007'],
  ['a C1 control', '\u009b2Japproved'],
  ['a right-to-left override', 'safe\u202egnp.exe'],
  ['isolates', '\u2066admin\u2069'],
  ['zero-width characters', 'ad\u200b\u200dmin\ufeff'],
  ['tag characters', 'a\u{e0041}\u{e007f}'],
  ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['an entity', '&lt;b&gt;'],
  ['a formula', '=HYPERLINK("http://evil.example","x")'],
  ['a command formula', '+cmd|/c calc!A0'],
  ['line separators', 'a\u2028data: forged\u2029b'],
  ['lines of an event stream', 'a\n\nevent: row\ndata: {"id":"forged"}\n\n'],
  ['lines of a header', 'a\r\nset-cookie: a=b\r\n\r\n<html>'],
];

/** What a terminal, a browser or an eye could take for something else than text. */
const DECEPTIVE = /[<>&\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u;

/** The same but for markup, which means nothing in a line of plain text. */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let server: TestServer;
let admin: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-hostile-'));
  server = await aServer({
    configure: (configuration) => ({
      ...configuration,
      services: { ...configuration.services, exportSinks: new Map(EXPORT_FORMATS.map(sinkOf)) },
    }),
  });
  await server.discovered;
  admin = await server.token('admin@localhost');
});
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true, force: true });
});

const fileOf = (format: ExportFormat) => join(folder, `audit.${format}`);

/** A file of each format that rows leave in, with what was sent and what came back. */
function sinkOf(format: ExportFormat): [string, ExportSinkConfig] {
  return [format, aFileSink(fileOf(format), { name: format, format })];
}

function get(path: string): Promise<PlainAnswer> {
  return plainRequest(server.port, { path, headers: { authorization: `Bearer ${admin}` } });
}

/** Every place of a hook call that a client fills. */
async function sendEverywhere(text: string): Promise<string> {
  const traceId = Array.from({ length: 32 }, () => Math.floor(1 + Math.random() * 15).toString(16)).join('');
  await postHook(
    server,
    admin,
    preToolUse(
      text,
      { [text]: text, file_path: text },
      { session_id: text, tool_use_id: text, cwd: text, model: text },
    ),
    {
      headers: {
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        'user-agent': `x ${encodeURIComponent(text)}`,
      },
    },
  );
  return traceId;
}

describe('hostile text in a call', () => {
  it.each(HOSTILE)('with %s reaches no answer about it as it is, and is not lost', async (_what, text) => {
    const traceId = await sendEverywhere(text);
    const { headers, text: shown } = await get(`/api/v1/audit/${traceId}`);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(shown).not.toMatch(DECEPTIVE);
    const { rows } = JSON.parse(shown) as { rows: { evaluation: { content: { input: unknown } } }[] };
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows[0]!.evaluation.content.input)).toContain(JSON.stringify(text).slice(1, 8));
  });

  it.each(HOSTILE)('with %s makes no event of the stream that is not ours', async (_what, text) => {
    const stream = await openEvents(server.port, '/api/v1/audit/stream', {
      authorization: `Bearer ${admin}`,
    });
    try {
      await expect.poll(() => stream.events.length).toBeGreaterThan(0);
      const traceId = await sendEverywhere(text);
      await expect.poll(() => stream.events.some(({ data }) => data.trace_id === traceId)).toBe(true);
      expect(stream.events.some(({ data }) => data.id === 'forged')).toBe(false);
      const row = stream.events.find(({ data }) => data.trace_id === traceId)!.data;
      expect(JSON.stringify(row)).toContain(JSON.stringify(text).slice(1, 8));
    } finally {
      stream.close();
    }
  });
});

describe('hostile text in an export', () => {
  const sent = new Map<string, string>();
  beforeAll(async () => {
    for (const [what, text] of HOSTILE) sent.set(what, await sendEverywhere(text));
  });

  /**
   * The whole lines of a file, once what was sent last is among them: rows come one behind the other, and a line that is
   * being written is none yet. A batch whose end nobody saw comes again, so a line can stand there twice.
   */
  async function linesOf(format: ExportFormat): Promise<string[]> {
    const last = [...sent.values()].at(-1)!;
    const whole = async () => {
      const text = await readFile(fileOf(format), 'utf8').catch(() => '');
      return [...new Set(text.split('\n').slice(0, -1))];
    };
    const isLast = (line: string) => line.includes(last);
    await expect.poll(async () => (await whole()).some(isLast), { timeout: 15_000 }).toBe(true);
    return whole();
  }

  it.each(EXPORT_FORMATS)(
    'as %s acts on no terminal, parser of lines or page, and forges no event',
    async (format) => {
      const lines = await linesOf(format);
      for (const line of lines) {
        expect(line).not.toMatch(isJsonFormat(format) ? DECEPTIVE : ACTING);
        if (isJsonFormat(format)) expect(() => JSON.parse(line) as unknown).not.toThrow();
        else
          expect(line).toMatch(
            format === 'cef' ? /^CEF:0\|Gatehouse\|/ : /^<\d+>1 \S+ \S+ gatehouse - \S+ - CEF:0\|/,
          );
      }
      for (const [what, traceId] of sent)
        expect(lines.filter((line) => line.includes(traceId)).length, what).toBe(1);
    },
  );

  it('as CSV begins no cell that a spreadsheet would compute, and no line', async () => {
    for (const line of await linesOf('ndjson')) {
      const csv = csvLine(Object.values(JSON.parse(line) as Record<string, unknown>));
      expect(csv).not.toMatch(ACTING);
      for (const [, quoted = ''] of csv.matchAll(/(?:^|,)("?[^",]*)/g))
        expect(quoted).not.toMatch(/^"?\s*[=+@|%]/);
    }
  });
});

describe('hostile text in an address', () => {
  it.each(HOSTILE)('with %s is not in the answer, nor in its headers', async (_what, text) => {
    const encoded = encodeURIComponent(text);
    for (const path of [
      `/${encoded}`,
      `/api/v1/audit/${encoded}`,
      `/api/v1/audit?event=${encoded}`,
      `/api/v1/audit?${encoded}=1`,
      `/api/v1/audit/stream?cursor=${encoded}`,
      `/api/v1/mcp-servers/${encoded}/tools`,
      `/mcp/${encoded}`,
      `/.well-known/oauth-protected-resource/mcp/${encoded}`,
    ]) {
      const { status, headers, text: answer } = await get(path);
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(headers['content-type'], path).toMatch(/^application\/(problem\+)?json/);
      expect(answer, path).not.toMatch(DECEPTIVE);
      expect(`${JSON.stringify(headers)}`, path).not.toMatch(/set-cookie|evil\.example|alert/);
    }
  });
});

describe('every answer', () => {
  it('is JSON, an event stream, metrics or our own page, and never a table that computes', async () => {
    for (const route of await everyRoute(server.port)) {
      if (route.method !== 'GET') continue;
      const { status, headers, text } = await get(route.path);
      // A way to the login page has nothing to show.
      if (status === 303 && text === '') continue;
      expect(String(headers['content-type']), route.name).toMatch(
        /^(application\/(problem\+|jwk-set\+)?json|text\/event-stream|text\/plain; version=0\.0\.4|text\/html|text\/javascript|(text|application)\/(x-)?yaml)/,
      );
    }
  });

  it('shows no name of a person with something else than text in it', async () => {
    const users = server.app.get(Users);
    for (const [, text] of HOSTILE.slice(0, 7)) {
      await expect(
        users.create({ email: 'x@example.test', displayName: text }).then(({ displayName }) => displayName),
      ).rejects.toThrow();
    }
  });
});
