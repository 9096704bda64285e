import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Users } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ONE_ERA_MCP_SERVER, TELLING_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import type { RawClient } from '../mcp/an-mcp-client.ts';
import { aFileSink } from '../support/a-file-sink.ts';
import { aSecretWorld, type SecretWorld } from '../support/a-secret-world.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { printedOutput } from '../support/printed-output.ts';
import { aTellingRemote, type TellingRemote } from './a-telling-remote.ts';
import { SECRET_FORMS, SECRET_TEXTS, type SecretForm, shows, VALUE } from './secret-forms.ts';

const BUILD = fileURLToPath(new URL('../../../../tools/run/build.mjs', import.meta.url));
/** What a process puts beside its questions. */
const ASIDE = Buffer.from(VALUE).toString('base64');
/** Of the two servers with a process of their own, `knower` receives the secret. */
const SERVERS = ['teller', 'knower', 'remote'] as const;
/** What a reader of a stream or of standard output saw. */
let streamed = '';
let printed: () => string;
let folder: string;
let remote: TellingRemote;
let world: SecretWorld;
let admin: string;
const ended = new AbortController();
let streaming: Promise<void> | undefined;
const clients = new Map<string, RawClient>();

beforeAll(async () => {
  printed = printedOutput();
  // What calls a remote server is only ever run as it is built.
  const built = spawnSync(process.execPath, [BUILD, 'secrets'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-told-'));
  const told = join(folder, 'told.json');
  await writeFile(told, JSON.stringify(SECRET_FORMS.map(({ value }) => value)));
  remote = await aTellingRemote();
  const telling = { command: TELLING_MCP_SERVER, args: [`--told=${told}`], clientRequests: [] };
  world = await aSecretWorld(
    {
      teller: { ...telling, secrets: {} },
      knower: { ...telling, secrets: { KNOWN: 'TOKEN' } },
      asker: { command: ONE_ERA_MCP_SERVER, args: ['--modern', `--aside=${ASIDE}`], secrets: {} },
      remote: { command: null, args: [], secrets: {}, url: remote.url },
    },
    undefined,
    [aFileSink(join(folder, 'rows.ndjson'))],
  );
  await world.set('TOKEN', VALUE);
  admin = await world.token('admin@localhost');
  streaming = readStream();
  for (const name of SERVERS) {
    const client = await world.client(name, 'admin@localhost');
    if (name !== 'remote') await client.request('logging/setLevel', { level: 'debug' });
    clients.set(name, client);
  }
}, 120_000);
afterAll(async () => {
  ended.abort();
  await streaming;
  await world?.end();
  remote?.close();
  await rm(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

/** As a client does that is cut off: it goes on behind the last event. */
async function readStream(): Promise<void> {
  while (!ended.signal.aborted) {
    const [last] = [...streamed.matchAll(/^id: (.+)$/gm)].slice(-1);
    const response = await fetch(`http://127.0.0.1:${world.port}/api/v1/audit/stream`, {
      headers: {
        authorization: `Bearer ${admin}`,
        ...(last === undefined ? {} : { 'last-event-id': last[1]! }),
      },
      signal: ended.signal,
    }).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
    if (response === undefined) return;
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ value: '', done: true }) as const);
      if (done) break;
      streamed += value;
    }
  }
}

const tell = (server: string, told: number, where: string) =>
  clients.get(server)!.call('tell', { told, where }, { progressToken: 'p' });
const ask = async (server: string, method: string, params: JsonObject) =>
  (await clients.get(server)!.request(method, params)).text;
const get = async (path: string) =>
  (
    await fetch(`http://127.0.0.1:${world.port}${path}`, { headers: { authorization: `Bearer ${admin}` } })
  ).text();

/** A place in which a child can say a text, and what came of it to who asked. */
const SAID: readonly (readonly [string, (server: string, told: number) => Promise<string>])[] = [
  ...['text', 'structured', 'key', 'meta', 'error', 'log', 'progress'].map(
    (where) =>
      [where, async (server: string, told: number) => (await tell(server, told, where)).text] as const,
  ),
  ['resource', (server, told) => ask(server, 'resources/read', { uri: `told:///${told}` })],
  [
    'prompt',
    (server, told) => ask(server, 'prompts/get', { name: 'prompt-0', arguments: { told: `${told}` } }),
  ],
  [
    'completion',
    (server, told) =>
      ask(server, 'completion/complete', {
        ref: { type: 'ref/prompt', name: 'prompt-0' },
        argument: { name: 'told', value: `${told}` },
      }),
  ],
  [
    'standard error',
    async (server, told) => {
      await tell(server, told, 'stderr');
      let last = '';
      await expect
        .poll(async () => {
          const { lines } = JSON.parse(await get(`/api/v1/mcp-servers/${server}/logs`)) as {
            lines: { text: string }[];
          };
          last = lines.map(({ text }) => text).join('\n');
          return last.split('really.').length > told || last.includes('[REDACTED]');
        })
        .toBe(true);
      return last;
    },
  ],
];

async function postToolUse(form: SecretForm): Promise<string> {
  const token = await world.token('admin@localhost');
  const call = preToolUse('Read', { file_path: 'a.txt' });
  await postHook(world, token, call);
  const report = { ...call, hook_event_name: 'PostToolUse', tool_response: { stdout: form.value } };
  return JSON.stringify((await postHook(world, token, report)).body);
}

describe('an own secret that is said', () => {
  it.each(SECRET_TEXTS.map((form, told) => [form.name, form, told] as const))(
    'as %s reaches nobody, wherever a server says it',
    async (_name, form, told) => {
      const seen: string[] = [];
      for (const server of ['teller', 'knower']) {
        for (const [place, said] of SAID) {
          const text = await said(server, told);
          if (shows(text, form)) seen.push(`${server}: ${place}`);
          else if (!/REDACTED/.test(text)) seen.push(`${server}: ${place}: ${text}`);
        }
      }
      expect(seen).toEqual([]);
    },
  );

  it.each(SECRET_FORMS.map((form, told) => [form.name, form, told] as const))(
    'as %s reaches nobody from a process, an address or a client that reports it',
    async (_name, form, told) => {
      for (const server of SERVERS) {
        const { text } = await tell(server, told, 'structured');
        expect([server, shows(text, form)]).toEqual([server, false]);
        expect(text).toContain('[REDACTED:TOKEN]');
      }
      const answer = await postToolUse(form);
      expect(shows(answer, form)).toBe(false);
      expect(answer).toContain('[REDACTED:TOKEN]');
    },
  );

  it('stands neither beside a question that a server asks its client, nor in the name of one', async () => {
    const client = await world.client('asker', 'admin@localhost');
    const beside = await client.modern('tools/call', { name: 'ask', arguments: {} });
    expect(beside.message.result).toMatchObject({
      resultType: 'input_required',
      content: [{ text: '[REDACTED:TOKEN]' }],
      _meta: { aside: '[REDACTED:TOKEN]' },
    });
    const named = await client.modern('tools/call', { name: 'ask', arguments: { named: true } });
    expect(named.text).toContain('asks its client for what is no question');
    for (const { text } of [beside, named]) expect(text).not.toContain(ASIDE);
  });

  it('is in no list, in neither revision, and in nothing that an operator is shown of a server', async () => {
    const shown: string[] = [];
    for (const server of ['teller', 'knower']) {
      const client = clients.get(server)!;
      shown.push((await client.initialize()).text);
      for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
        shown.push((await client.request(method)).text, (await client.modern(method)).text);
      }
      shown.push((await client.modern('server/discover')).text);
      for (const what of ['tools', 'changes', ''])
        shown.push(await get(`/api/v1/mcp-servers/${server}/${what}`));
      const validated = await fetch(`http://127.0.0.1:${world.port}/api/v1/mcp-servers/${server}/validate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
        body: '{}',
      });
      shown.push(await validated.text());
    }
    expect(shown.filter((text) => text.includes('[REDACTED:TOKEN]')).length).toBeGreaterThan(20);
    expect(
      SECRET_TEXTS.filter((form) => shown.some((text) => shows(text, form))).map(({ name }) => name),
    ).toEqual([]);
  });
});

it.each(SECRET_FORMS.map((form, at) => [form.name, form, at] as const))(
  'an own secret in arguments as %s is denied at both doors, and the answer does not name it',
  async (_name, form, at) => {
    const email = `form-${at}@example.test`;
    await world.app.get(Users).create({ email, displayName: 'x', role: 'admin' });
    const client = await world.client('teller', email);
    const { text } = await client.call('tell', { told: form.value, where: 'text' });
    const hook = await postHook(
      world,
      await world.token(email),
      preToolUse('Read', { file_path: 'a', more: form.value }),
    );
    for (const answer of [text, JSON.stringify(hook.body)]) {
      expect(answer).toContain('(own_secret)');
      expect(answer).not.toContain('TOKEN');
      expect(shows(answer, form)).toBe(false);
    }
  },
);

describe('after all that, an own secret', () => {
  it('is in no line of the log, on standard output or in its table', async () => {
    const logger = new Logger('test');
    for (const { value } of SECRET_TEXTS) logger.error({ message: `It failed with ${value}.` });
    const stored = async () => {
      const { rows } = await world.sql.query<{ row: string }>('select to_json(l)::text as row from logs l');
      return rows.map(({ row }) => row).filter((row) => row.includes('It failed with'));
    };
    await expect.poll(async () => (await stored()).length, { timeout: 10_000 }).toBe(SECRET_TEXTS.length);
    const lines = [printed(), ...(await stored())];
    expect(
      SECRET_TEXTS.filter((form) => lines.some((line) => shows(line, form))).map(({ name }) => name),
    ).toEqual([]);
    expect(printed().split('[REDACTED:TOKEN]').length).toBeGreaterThan(SECRET_TEXTS.length);
  });

  it('is in no column of the audit log, nor in what is streamed and exported of it', async () => {
    const { rows } = await world.sql.query<{ id: string; row: string }>(
      'select id, to_json(a)::text as row from audit_log a order by id',
    );
    expect(rows.length).toBeGreaterThan(1000);
    const last = rows.at(-1)!.id;
    const exported = () => readFile(join(folder, 'rows.ndjson'), 'utf8').catch(() => '');
    await expect.poll(async () => (await exported()).includes(last), { timeout: 20_000 }).toBe(true);
    await expect.poll(() => streamed.includes(last), { timeout: 20_000 }).toBe(true);
    const places = { rows: rows.map(({ row }) => row).join('\n'), exported: await exported(), streamed };
    for (const [place, text] of Object.entries(places)) {
      expect([place, SECRET_FORMS.filter((form) => shows(text, form)).map(({ name }) => name)]).toEqual([
        place,
        [],
      ]);
    }
  });
});
