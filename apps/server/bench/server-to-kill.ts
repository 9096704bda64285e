import 'reflect-metadata';
import { join } from 'node:path';
import { loadConfiguration } from '@gatehouse/config';
import { openDatabase } from '@gatehouse/database';
import { AccessTokens, Logins } from '@gatehouse/identity';
import { startServer } from '../src/gatehouse-server.ts';

/*
 * The server with its shipped configuration and limits out of reach, on a folder that outlives it. Whoever forks it is
 * told when it takes calls, how the owner connects and, where a token is asked for, the token; and at `pid` PostgreSQL's
 * process.
 */
const [root, port, folder = '', wantsToken] = process.argv.slice(2);
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
  services: { ...loaded.services, governance: { ...governance, rateLimits } },
};
const database = await openDatabase(configuration, { purpose: 'server' });
const server = await startServer(configuration, { database });

async function aToken(): Promise<string> {
  const { session } = await server.app.get(Logins).login({ email: 'admin@localhost', clientId: 'kills' });
  return server.app.get(AccessTokens).issue({ session, resource: 'hooks' });
}

process.on('message', (message) => {
  if (message === 'pid') process.send!({ pid: database.pid });
  if (message === 'stop') void server.stop().then(() => process.exit(0));
});
process.on('disconnect', () => void server.stop().then(() => process.exit(0)));
process.send!({
  ready: true,
  owner: database.clientConfig('owner'),
  token: wantsToken === 'token' ? await aToken() : null,
});
