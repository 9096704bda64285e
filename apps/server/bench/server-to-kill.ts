import 'reflect-metadata';
import { join } from 'node:path';
import { loadConfiguration } from '@gatehouse/config';
import { openDatabase } from '@gatehouse/database';
import { AccessTokens, Logins, type Resource } from '@gatehouse/identity';
import { startServer } from '../src/gatehouse-server.ts';

/*
 * The server with its shipped configuration and limits out of reach, on a folder that outlives it. Whoever forks it is
 * told when it takes calls, how the owner connects and, where a token is asked for, the token; and at `pid` PostgreSQL's
 * process. With an address, the MCP server there is one of its own, under the name `effects`.
 */
const [root, port, folder = '', wantsToken, address] = process.argv.slice(2);
const loaded = await loadConfiguration({
  root: root!,
  environment: {
    HOME: folder,
    PORT: port,
    GATEHOUSE_STATE_DIR: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  },
});
const { governance } = loaded.services;
const rateLimits = { ...governance.rateLimits, perMinute: 1_000_000_000 };
const configuration = {
  ...loaded,
  profile: { ...loaded.profile, logLevel: 'error' as const },
  services: { ...loaded.services, mcpServers: mcpServers(), governance: { ...governance, rateLimits } },
};
const database = await openDatabase(configuration, { purpose: 'server' });
const server = await startServer(configuration, { database });

function mcpServers() {
  const all = new Map(loaded.services.mcpServers);
  const model = all.get('everything')!;
  if (address !== undefined)
    all.set('effects', { ...model, name: 'effects', command: null, args: [], url: address });
  return all;
}

async function aToken(resource: Resource): Promise<string> {
  const { session } = await server.app.get(Logins).login({ email: 'admin@localhost', clientId: 'kills' });
  return server.app.get(AccessTokens).issue({ session, resource });
}

process.on('message', (message) => {
  if (message === 'pid') process.send!({ pid: database.pid });
  if (message === 'stop') void server.stop().then(() => process.exit(0));
});
process.on('disconnect', () => void server.stop().then(() => process.exit(0)));
if (address !== undefined) await server.discovered;
process.send!({
  ready: true,
  owner: database.clientConfig('owner'),
  token: wantsToken === 'token' ? await aToken('hooks') : null,
  mcpToken: wantsToken === 'token' && address !== undefined ? await aToken('mcp/effects') : null,
});
