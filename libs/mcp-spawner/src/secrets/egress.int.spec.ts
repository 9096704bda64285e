import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aSecretStore, type TestSecrets } from '../../test/a-secret-store.ts';
import { anOwner, aPoolWith, aServer, ROOT, type TestPool, until } from '../../test/a-server.ts';
import { aRemoteServer } from '../../test/fixtures/remote-mcp-server.mjs';
import type { PooledChild } from '../pool/pooled-child.ts';

const VALUE = 'remote-credential-of-38-bytes-4815162342';
let secrets: TestSecrets;
let remote: Awaited<ReturnType<typeof aRemoteServer>>;
let running: TestPool | undefined;
beforeAll(async () => {
  // An egress warden is only ever run as it is built.
  const built = spawnSync(process.execPath, [`${ROOT}/tools/run/build.mjs`, 'secrets'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  secrets = await aSecretStore();
  await secrets.set('REMOTE_KEY', VALUE);
  remote = await aRemoteServer(`Bearer ${VALUE}`);
});
afterAll(async () => {
  remote.close();
  await secrets.end();
});
afterEach(async () => {
  await running?.pool.stop();
  running = undefined;
  remote.redirect = false;
});

/** The name of a secret in a header, as the YAML has it. */
const filled = (name: string): string => `Bearer \${secret:${name}}`;

function start(name = 'REMOTE_KEY', url = remote.url): TestPool {
  const server = aServer({ name: 'far', command: null, url, headers: { Authorization: filled(name) } });
  running = aPoolWith(secrets.forServers, server);
  return running;
}

const call = (child: PooledChild) =>
  child.request({ method: 'tools/call', params: { name: 'headers', arguments: {} } });

describe('a remote server', () => {
  it('is called with a credential that only the egress warden holds, which comes back redacted', async () => {
    const { pool } = start();
    const child = await pool.acquire('far', anOwner());
    const outcome = JSON.stringify(await call(child));
    expect(outcome).toContain('Bearer [REDACTED:REMOTE_KEY]');
    expect(outcome).not.toContain('4815162342');
    expect(remote.seen.every(({ authorization }) => authorization === `Bearer ${VALUE}`)).toBe(true);
    expect((await secrets.rows('secret.opened')).at(-1)).toContain('REMOTE_KEY');
  });

  it('gets its credential nowhere but at the configured address: a redirect is not followed', async () => {
    const { pool } = start();
    const child = await pool.acquire('far', anOwner());
    remote.redirect = true;
    expect(await call(child)).toMatchObject({
      kind: 'error',
      error: { message: expect.stringMatching(/redirect/i) },
    });
    expect(remote.seen.some(({ path }) => path === '/away')).toBe(false);
  });

  it('that forgot the session is opened anew, and the call that found out is not made twice', async () => {
    const { pool } = start();
    const child = await pool.acquire('far', anOwner());
    remote.forget();
    expect((await call(child)).kind).toMatch(/^(?:error|died)$/);
    await until(() => child.isGone);
    expect((await call(await pool.acquire('far', anOwner()))).kind).toBe('result');
  });

  it.each([
    ['whose secret is not set', 'NEVER_SET', undefined, 'gatehouse cloud secrets set NEVER_SET'],
    ['that is not there', 'REMOTE_KEY', 'http://127.0.0.1:9/mcp', 'could not be started'],
    ['at an address of a metadata service', 'REMOTE_KEY', 'http://169.254.169.254/mcp', 'metadata service'],
  ])('%s cannot be had, and the answer says why', async (_what, name, url, told) => {
    const { pool } = start(name, url);
    await expect(pool.acquire('far', anOwner())).rejects.toThrow(told);
  });
});
