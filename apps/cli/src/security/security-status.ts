import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';

export interface SecurityStatus {
  readonly mode: 'evaluation' | 'production';
  readonly operatorPassphrase: 'set' | 'not set';
  readonly isolation: string;
  /** What each role may do besides calling tools. */
  readonly roles: readonly JsonObject[];
  readonly keyFiles: readonly JsonObject[];
  /** What production asks for and is not so, one sentence each. */
  readonly notMet: readonly string[];
}

/** What this installation protects, and what it does not: read from what is there, never from what should be. */
export async function securityStatus(configuration: Configuration): Promise<SecurityStatus> {
  const { detectCage, isolationText } = await import('@gatehouse/mcp-spawner');
  const cage = await detectCage();
  const { installation, profile, services } = configuration;
  const files = [
    keyFile(installation.keyDir, ''),
    ...namesIn(installation.keyDir).map((name) => keyFile(installation.keyDir, name)),
  ];
  const passphrase = files.some(({ file }) => String(file).endsWith('/operator-passphrase'));
  const roles = Object.entries(services.governance.roles.roles).map(([role, { permissions }]) => ({
    role,
    permissions: permissions.length === 0 ? 'none' : permissions.join(' '),
  }));
  return {
    mode: profile.mode,
    operatorPassphrase: passphrase ? 'set' : 'not set',
    isolation: isolationText(cage),
    roles,
    keyFiles: files,
    notMet: [
      ...(profile.mode === 'evaluation'
        ? ['mode is evaluation: every process of this user gets a session of any active user']
        : []),
      ...(passphrase ? [] : ['no operator passphrase is set: gatehouse admin operator passphrase set']),
      ...files
        .filter(({ closed }) => closed === false)
        .map(({ file }) => `${String(file)} is open to other users`),
      ...(cage.kind === 'none'
        ? [`${isolationText(cage)}; each runs as this user: claims S1 and S2 are not met`]
        : []),
      ...[...services.mcpServers.values()].flatMap(({ name, notEnforced }) =>
        notEnforced.map((key) => `mcp_servers.${name}.${key} is accepted and not enforced`),
      ),
    ],
  };
}

function keyFile(folder: string, name: string) {
  const file = name === '' ? folder : join(folder, name);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { file, mode: 'absent', owner: null, closed: true };
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  const own = stats.uid === (process.geteuid?.() ?? stats.uid);
  return { file, mode, owner: stats.uid, closed: (stats.mode & 0o077) === 0 && own };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
