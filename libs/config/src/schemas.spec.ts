import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ROLES } from '@gatehouse/kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import blocklist from '../schemas/blocklist.schema.json' with { type: 'json' };
import rateLimits from '../schemas/rate-limits.schema.json' with { type: 'json' };
import roles from '../schemas/roles.schema.json' with { type: 'json' };
import { BLOCKLIST_CATEGORIES } from './governance/governance-policy.ts';
import { PERMISSION_SETS, PERMISSIONS } from './permissions.ts';

const SERVICES = resolve(import.meta.dirname, '../../../services');
const SCHEMAS = resolve(import.meta.dirname, '../schemas');

const schemaText = (name: string) => readFileSync(join(SCHEMAS, name), 'utf8');

describe('the schemas', () => {
  it('know the same roles, permissions and categories as the code', () => {
    expect(Object.keys(roles.properties.roles.properties)).toEqual([...ROLES]);
    expect(Object.keys(rateLimits.properties.tool_calls.properties.multipliers.properties)).toEqual([
      ...ROLES,
    ]);
    expect(roles.$defs.rolePolicy.properties.permissions.items.enum).toEqual([
      '*',
      ...Object.keys(PERMISSION_SETS),
      ...PERMISSIONS,
    ]);
    expect(Object.keys(blocklist.properties.categories.properties)).toEqual([...BLOCKLIST_CATEGORIES]);
    const enums = readdirSync(SCHEMAS).flatMap((name) => roleEnumsIn(JSON.parse(schemaText(name))));
    expect(enums.length).toBeGreaterThan(2);
    for (const names of enums) expect(names).toEqual([...ROLES]);
  });

  it('are valid JSON Schema, draft 2020-12, with a description where an editor shows one', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    for (const keyword of ['x-message', 'x-expected']) ajv.addKeyword({ keyword, schemaType: 'string' });
    for (const name of readdirSync(SCHEMAS)) {
      const schema = JSON.parse(schemaText(name));
      expect(ajv.validateSchema(schema), name).toBe(true);
      expect(() => ajv.compile(schema), name).not.toThrow();
      expect(schema.description, name).toMatch(/\.$/);
    }
  });

  it('have a title each of its own, by which a built program finds the checks that were compiled for it', () => {
    const titles = readdirSync(SCHEMAS).map((name) => JSON.parse(schemaText(name)).title);
    expect(titles.every((title) => typeof title === 'string' && title !== '')).toBe(true);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('let no object take keys that they do not name', () => {
    for (const name of readdirSync(SCHEMAS))
      expect(openObjectsIn(JSON.parse(schemaText(name)), name)).toEqual([]);
  });

  it('hold every category on for everyone unless a file says otherwise, and tampering on for good', () => {
    const tampering = blocklist.properties.categories.properties.governance_tampering.properties;
    expect([tampering.enabled.const, tampering.exempt_roles.maxItems]).toEqual([true, 0]);
    expect(blocklist.$defs.category.properties.enabled.default).toBe(true);
  });

  it.each(['config', 'governance', 'mcp', 'agents', 'export', 'compliance'])(
    'are named by every shipped file of services/%s, for editors',
    (folder) => {
      const files = readdirSync(join(SERVICES, folder)).filter((name) => name.endsWith('.yaml'));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        const [first = ''] = readFileSync(join(SERVICES, folder, file), 'utf8').split('\n');
        const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1];
        expect(schema, file).toBeDefined();
        expect(dirname(resolve(SERVICES, folder, schema!))).toBe(SCHEMAS);
        expect(() => schemaText(schema!.split('/').at(-1)!)).not.toThrow();
      }
    },
  );
});

function roleEnumsIn(node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'enum' in node && Array.isArray(node.enum) && node.enum.includes('anonymous') ? [node.enum] : [];
  return [...own, ...Object.values(node).flatMap(roleEnumsIn)];
}

function openObjectsIn(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const isObject =
    'type' in node && (node.type === 'object' || (Array.isArray(node.type) && node.type.includes('object')));
  const own = isObject && !('additionalProperties' in node) ? [path] : [];
  return [...own, ...Object.entries(node).flatMap(([key, child]) => openObjectsIn(child, `${path}/${key}`))];
}
