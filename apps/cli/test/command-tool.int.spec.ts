import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isChange, type Permission } from '@gatehouse/config';
import { CommandManifest } from '@gatehouse/mcp-spawner';
import { beforeAll, expect, it } from 'vitest';
import { build } from './support/command-line.ts';

const CLI = fileURLToPath(new URL('../', import.meta.url));
/** What a command asks of its operator; others need no permission, since whoever has the files needs none. */
const OPERATOR = /operator(?:\.require)?\(([^)]*)\)/g;
const PERMISSION = /'([a-z-]+:[a-z:-]+)'/g;
/** Shows what is withheld only to a person: refuses the reason of whoever has a program run it. */
const REFUSES_REASONS =
  /reason !== undefined && actingCaller\(\) !== null\)\s*throw cliError\('CLI_NOT_ALLOWED'/;
/** Flags by which a command reads or writes a file, or hands something out. */
const REACHES_OUT = /^(?:output|out|file|stdin|bundle|key|checkpoint|yes|token-only|force-new|root|reason)$/;

let manifest: CommandManifest;
let flags: Readonly<Record<string, { readonly flags: object }>>;
beforeAll(async () => {
  await build('cli');
  const read = JSON.parse(readFileSync(`${CLI}oclif.manifest.json`, 'utf8'));
  manifest = new CommandManifest(read);
  flags = read.commands;
});

function sourceOf(id: string): string {
  const path = `${CLI}src/commands/${id.replaceAll(':', '/')}`;
  for (const file of [`${path}.ts`, `${path}/index.ts`]) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      // The other one.
    }
  }
  throw new Error(`no source of ${id}`);
}

it('lets the command tool run only what asks for a permission to read, and reaches no file', () => {
  const ids = manifest.ids('reads');
  expect(ids.length).toBeGreaterThan(30);
  for (const id of ids) {
    const source = sourceOf(id);
    const refusesReasons = REFUSES_REASONS.test(source);
    const needed = [...source.matchAll(OPERATOR)]
      .flatMap(([, asked]) => [...asked!.matchAll(PERMISSION)].map(([, permission]) => permission!))
      .filter((permission) => permission !== 'audit:reveal' || !refusesReasons);
    expect([id, needed.length > 0]).toEqual([id, true]);
    for (const permission of needed) {
      expect([id, permission, isChange(permission as Permission)]).toEqual([id, permission, false]);
      expect(permission).toMatch(/:read(?::[a-z]+)?$|^(?:db:query|governance:explain)$/);
    }
    const reaching = Object.keys(flags[id]!.flags).filter((flag) => REACHES_OUT.test(flag));
    expect([id, reaching]).toEqual([id, refusesReasons ? ['reason'] : []]);
  }
});

it('never lets it run what hands out a credential, waits for a person, or approves', () => {
  const never = manifest.ids('never');
  for (const id of [
    'admin:session:login',
    'admin:agents:token',
    'admin:users:login-link',
    'admin:users:api-keys:create',
    'admin:users:api-keys:rotate',
    'admin:clients:create',
    'admin:governance:apply',
    'cloud:secrets:set',
    'core:hooks:install',
    'infra:services:stop',
    'plugins:mcp:approve',
    'plugins:mcp:commands:approve',
  ]) {
    expect(never).toContain(id);
  }
});
