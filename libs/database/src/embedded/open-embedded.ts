import { join } from 'node:path';
import type { DatabaseParts } from '../database.ts';
import type { RoleNames } from '../database-role.ts';
import { rolePassword } from '../roles/role-password.ts';
import { quoteIdentifier } from '../sql-text.ts';
import { withClient } from '../with-client.ts';
import { installedBinaries } from './binaries.ts';
import { EmbeddedCluster } from './embedded-cluster.ts';

export const EMBEDDED_ROLES: RoleNames = {
  owner: 'gatehouse_owner',
  server: 'gatehouse_server',
  reader: 'gatehouse_reader',
  masked: 'gatehouse_masked',
  retention: 'gatehouse_retention',
};

const NAME = 'gatehouse';

/** Attaches to the installation's own cluster, making it first where there is none. */
export async function openEmbedded(from: {
  root: string;
  stateDir: string;
  key: Uint8Array;
}): Promise<{ cluster: EmbeddedCluster; parts: DatabaseParts }> {
  const password = rolePassword(from.key, EMBEDDED_ROLES.owner);
  const cluster = await EmbeddedCluster.attach(
    {
      folder: join(from.stateDir, 'postgres'),
      root: from.root,
      binaries: installedBinaries(),
      owner: { name: EMBEDDED_ROLES.owner, password },
      durable: true,
      maxConnections: 100,
    },
    (alone) => createDatabase(alone, NAME, password),
  );
  const parts: DatabaseParts = {
    name: NAME,
    embedded: true,
    address: { host: cluster.socketFolder, port: 5432, database: NAME },
    credentials: (role) => ({
      user: EMBEDDED_ROLES[role],
      password: rolePassword(from.key, EMBEDDED_ROLES[role]),
    }),
    pid: () => cluster.postmaster.pid,
    release: () => cluster.release(),
  };
  return { cluster, parts };
}

/** Creates the database where the cluster is new, and closes the databases that come with a cluster. */
async function createDatabase(cluster: EmbeddedCluster, name: string, password: string): Promise<void> {
  const address = { host: cluster.socketFolder, port: 5432, user: EMBEDDED_ROLES.owner, password };
  await withClient({ ...address, database: 'postgres' }, async (owner) => {
    const { rowCount } = await owner.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return;
    await owner.query('revoke all on database postgres, template1 from public');
    await owner.query(`create database ${quoteIdentifier(name)}`);
  });
}
