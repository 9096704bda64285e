import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;

beforeAll(async () => {
  server = await aServer({ tools: false, ownCluster: true });
  await server.discovered;
  const token = await server.token('admin@localhost', 'hooks');
  await postHook(server, token, preToolUse('Read', { file_path: 'a.txt' }));
});
afterAll(() => server.end());

/** Every file below a folder; links are not followed. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What a file of a key holds, in the spellings in which it could stand elsewhere. */
function spellingsOf(file: string): Buffer[] {
  const bytes = readFileSync(file);
  const text = bytes.toString('latin1').trim();
  return [
    bytes,
    Buffer.from(text),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('base64')),
  ].filter(({ length }) => length >= 16);
}

describe('the keys of an installation', () => {
  it('lie where its name says, apart from its state', () => {
    const { stateDir, keyDir } = server.configuration.installation;
    const id = createHash('sha256').update(realpathSync(stateDir)).digest('hex').slice(0, 16);
    expect(keyDir).toMatch(new RegExp(`/gatehouse/${id}$`));
    expect(`${keyDir}/`.startsWith(`${stateDir}/`)).toBe(false);
    expect(`${stateDir}/`.startsWith(`${keyDir}/`)).toBe(false);
  });

  it('are one file for each purpose, closed to everybody else', () => {
    const { keyDir } = server.configuration.installation;
    expect(lstatSync(keyDir).mode & 0o777).toBe(0o700);
    expect(lstatSync(dirname(keyDir)).mode & 0o077).toBe(0);
    const files = filesBelow(keyDir);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const stats = lstatSync(file);
      expect([file, stats.isFile(), stats.mode & 0o077]).toEqual([file, true, 0]);
    }
    const contents = files
      .map((file) => readFileSync(file).toString('hex'))
      .filter((hex) => hex.length >= 32);
    expect(new Set(contents).size).toBe(contents.length);
  });

  it('stand in no file of the state, nor in a table of the database', async () => {
    const { stateDir, keyDir } = server.configuration.installation;
    await server.sql.query('checkpoint');
    const keys = filesBelow(keyDir).map((file) => ({ file, spellings: spellingsOf(file) }));
    const found: string[] = [];
    for (const path of filesBelow(stateDir)) {
      const bytes = readFileSync(path);
      for (const { file, spellings } of keys) {
        if (spellings.some((spelling) => bytes.includes(spelling))) found.push(`${file} in ${path}`);
      }
    }
    expect(found).toEqual([]);
  });
});
