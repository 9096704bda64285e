import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemContext } from '@gatehouse/audit';
import { freePort, loadConfiguration } from '@gatehouse/config';
import { AccessTokens, CredentialResolver, Logins } from '@gatehouse/identity';
import { parseStrictJson } from '@gatehouse/kernel';
import { SecretStore } from '@gatehouse/secrets';
import { startServer } from '../src/gatehouse-server.ts';

/**
 * The server with its shipped configuration, limits out of reach, and beside its own routes an authenticated echo:
 * the same body read as strictly, the same token resolved, nothing decided and nothing recorded.
 */
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
const loaded = await loadConfiguration({
  root: process.argv[2]!,
  environment: {
    HOME: folder,
    PORT: String(await freePort()),
    GATEHOUSE_STATE_DIR: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  },
});
const { governance, settings } = loaded.services;
const rateLimits = { ...governance.rateLimits, perMinute: 1_000_000_000 };
// Rows without their content would cost less.
const storage = { ...settings.storage, contentBytesPerUserDay: Number.MAX_SAFE_INTEGER };
const mcpServers = new Map(loaded.services.mcpServers);
const everything = mcpServers.get('everything')!;
const secrets = { BENCH: 'BENCH' };
for (const [name, of] of Object.entries({
  everything_call: { isolation: 'call' as const },
  everything_secret: { secrets },
  everything_secret_call: { secrets, isolation: 'call' as const },
})) {
  mcpServers.set(name, { ...everything, name, ...of });
}
const configuration = {
  ...loaded,
  profile: { ...loaded.profile, logLevel: 'error' as const },
  services: {
    ...loaded.services,
    mcpServers,
    governance: { ...governance, rateLimits },
    settings: { ...settings, storage },
  },
};
const server = await startServer(configuration, {
  routes(fastify, app) {
    const credentials = app.get(CredentialResolver);
    fastify.post('/bench/echo', { config: { rawBody: true } }, async (request) => {
      const outcome = await credentials.resolve(request.headers.authorization?.slice(7), 'hooks');
      const parsed = parseStrictJson(request.body as Buffer);
      return outcome.ok && parsed.ok ? parsed.value : { refused: true };
    });
  },
});
const { session } = await server.app.get(Logins).login({ email: 'admin@localhost', clientId: 'bench' });
const token = await server.app.get(AccessTokens).issue({ session, resource: 'hooks' });
const apiToken = await server.app.get(AccessTokens).issue({ session, resource: 'api' });
const mcpToken = (name: string) => server.app.get(AccessTokens).issue({ session, resource: `mcp/${name}` });
const mcpTokens: Record<string, string> = {};
for (const name of mcpServers.keys()) mcpTokens[name] = await mcpToken(name);
const value = Buffer.from('of a secret that nobody looks for: 4815162342');
await server.app.get(SecretStore).set({ name: 'BENCH', value }, systemContext());
await server.discovered;
process.send?.({ port: server.port, token, apiToken, mcpTokens });
const stop = () =>
  void server
    .stop()
    .then(() => rm(folder, { recursive: true, force: true }))
    .then(() => process.exit(0));
process.once('message', stop);
process.once('disconnect', stop);
