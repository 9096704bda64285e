import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compiledSchemas } from './compiled-schemas.mjs';
import { everythingButOptional } from './externals.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'libs/config/src/document');
const SCHEMAS = join(ROOT, 'libs/config/schemas');
const ENTRY = `
import { FileSchema } from '${DOCUMENT}/schema.ts';
import { parseYaml } from '${DOCUMENT}/yaml-document.ts';
export function check(schema, text) {
  const parsed = parseYaml('file.yaml', Buffer.from(text));
  return parsed.ok ? new FileSchema(schema).check(parsed.document) : parsed;
}`;

type Check = (schema: object, text: string) => { readonly ok: boolean };

let folder: string;
let ahead: { readonly check: Check; readonly code: string };
let atRunTime: { readonly check: Check; readonly code: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-schemas-'));
  writeFileSync(join(folder, 'entry.ts'), ENTRY);
  ahead = await built('ahead', [compiledSchemas(ROOT)]);
  atRunTime = await built('at-run-time', []);
});

afterAll(() => rmSync(folder, { recursive: true }));

const titleOf = (schema: object) => ('title' in schema ? String(schema.title) : '');
const schemas = readdirSync(SCHEMAS).map((name) => JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')));

/** Values that each schema says something about: of the wrong type, without what is wanted, with too much, in depth. */
const TEXTS = [
  'null',
  '[]',
  'text',
  '{}',
  'unknown: 1',
  'roles: {admin: {allow: "*", permissions: [nothing]}, owner: {}}',
  'tool_calls: {per_minute: 0, user_sessions: 1.5, multipliers: {user: -1}, more: 1}',
  'tool_calls: {per_minute: 30}',
  'categories: {disk: {enabled: yes, exempt_roles: [admin, admin]}, governance_tampering: {enabled: false}}',
  'patterns: [{id: "", pattern: 1}]\nallow: [{until: x}]\nmonitor: 5',
  'mcp_servers: {a: {comand: x, args: -x, env: {PORT: 8080}, limits: {timeoutMs: 5}}, "a__b": {command: y}}',
  'mcp_servers: {a: {command: x}}',
  'agents: {helper: {display_name: H, roles: [usr], tols: []}}',
  'agents: {helper: {display_name: H, roles: [user]}}',
  'includes: [mcp/*.yaml, 7, mcp/*.yaml]\nsettings: {audit: {retention_days: -1}}',
  'mode: production\nport: 70000\npublic_url: []',
];

it.each(schemas.map((schema) => [titleOf(schema), schema]))(
  'checks "%s" as ajv does at run time: the same problems, the same places, the same defaults',
  (_title, schema) => {
    for (const text of TEXTS) expect(ahead.check(schema, text)).toEqual(atRunTime.check(schema, text));
    expect(TEXTS.some((text) => !ahead.check(schema, text).ok)).toBe(true);
  },
);

it('leaves ajv out of what is built', () => {
  expect(atRunTime.code).toContain('ajv/dist/core.js');
  expect(ahead.code).not.toContain('ajv/dist/core.js');
});

it('refuses a schema for which nothing was compiled', () => {
  expect(() => ahead.check({ title: 'Of tomorrow' }, '{}')).toThrow('no check was compiled');
});

async function built(name: string, plugins: readonly Plugin[]) {
  const build = await rolldown({
    input: join(folder, 'entry.ts'),
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.json'),
    plugins: [...plugins, everythingButOptional()],
  });
  const file = join(folder, `${name}.mjs`);
  const { output } = await build.write({ file, format: 'esm' });
  await build.close();
  const { check } = (await import(pathToFileURL(file).href)) as { check: Check };
  return { check, code: output[0].code };
}
