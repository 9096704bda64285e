import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemContext } from '@gatehouse/audit';
import { McpServers } from '@gatehouse/mcp-spawner';
import { SecretStore } from '@gatehouse/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form } from '../mcp/an-answering-client.ts';
import { aSecretWorld, type SecretWorld } from '../support/a-secret-world.ts';

const OLD = 'first-value-of-a-token-4815162342';
const NEW = 'second-value-of-a-token-2342161508';
let world: SecretWorld;

beforeAll(async () => {
  world = await aSecretWorld({
    waiting: { command: 'mcp-server-everything', args: ['stdio'], secrets: { LATE: 'LATE' } },
  });
  await world.discovered;
});
afterAll(() => world.end());

const printed = async (name: string): Promise<string> => {
  const client = await world.client(name);
  return JSON.stringify((await client.call(name === 'hostile' ? 'print_env' : 'get-env')).message);
};
const state = (name: string): string => world.app.get(McpServers).find(name)!.status().state;

describe('T11: secrets while they are set, rotated and unset', () => {
  it('a server that lists one which nobody set is known as such, and needs no restart once it is', async () => {
    await expect.poll(() => state('waiting'), { timeout: 15_000 }).toBe('needs secret');
    await world.set('LATE', OLD);
    await expect.poll(() => state('waiting'), { timeout: 15_000 }).toBe('ready');
    expect(await printed('waiting')).toContain('[REDACTED:LATE]');
  });

  it('a new value reaches the next process, the old one is still known, and neither is seen', async () => {
    await world.set('TOKEN', OLD);
    const client = await world.client('hostile');
    const before = (await client.call('print_env')).text;
    await world.set('TOKEN', NEW);
    await expect
      .poll(() => world.app.get(McpServers).find('hostile')!.status().children, { timeout: 15_000 })
      .toBe(0);
    const after = await printed('hostile');
    for (const text of [before, after]) {
      expect(text).toContain('[REDACTED:TOKEN]');
      expect(text).not.toMatch(/4815162342|2342161508/);
    }
    const told = await (await world.client('hostile')).call('echo', { text: OLD });
    expect(told.text).toContain('(own_secret)');
  });

  it('a call that is open while the value changes ends in the process that it began in', async () => {
    await world.set('TOKEN', OLD);
    const client = await world.client('hostile', 'jon@example.test');
    await client.initialize('2025-11-25', { elicitation: { form: {} } });
    const { stream, next } = await client.open('tools/call', {
      name: 'ask',
      arguments: { method: 'elicitation/create', params: form('Go on?') },
    });
    const { id } = await next();
    const { counters } = world.app.get(McpServers).find('hostile')!;
    const before = counters.spawns;
    await world.set('TOKEN', NEW);
    await client.send({ jsonrpc: '2.0', id: id!, result: { action: 'accept', content: { answer: 'yes' } } });
    expect(JSON.stringify(await next())).toContain('yes');
    await stream.cancel();
    // The process of before is gone for the next call.
    await expect
      .poll(() => world.app.get(McpServers).find('hostile')!.status().children, { timeout: 15_000 })
      .toBe(0);
    await client.call('echo');
    expect(counters.spawns).toBe(before + 1);
  });

  it('one that is unset is given to nobody any more', async () => {
    await world.set('TOKEN', NEW);
    await world.app.get(SecretStore).unset('TOKEN', systemContext());
    await expect.poll(() => printed('hostile'), { timeout: 10_000 }).toContain('cloud secrets set TOKEN');
  });

  it('no file of the state folder, the keys or the database holds a value', async () => {
    const { stateDir, keyDir } = world.configuration.installation;
    const files = [stateDir, keyDir].flatMap((folder) => {
      try {
        return readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name));
      } catch {
        return [];
      }
    });
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(readFileSync(file, 'latin1')).not.toMatch(/4815162342|2342161508/);
    const { rows } = await world.sql.query(
      'select to_json(v)::text as row from secret_versions v union all select to_json(a)::text from audit_log a',
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { row } of rows) expect(row).not.toMatch(/4815162342|2342161508/);
  });
});
