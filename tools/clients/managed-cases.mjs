import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { governedCases } from './governed-cases.mjs';

const run = promisify(execFile);

/** /etc as it is with what is written to it in a folder, and the account's home: for one command, and for nobody else. */
const MACHINE = `
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/written,workdir=$1/work" /etc &&
mount --bind "$2" "$(getent passwd "$(id -u)" | cut -d: -f6)" && shift 2 && exec "$@"`;

/** Ways of a user to start the client without hooks. */
const WAYS_OUT = [
  ['--bare'],
  ['--safe-mode'],
  ['--settings', '{"disableAllHooks":true}'],
  ['--setting-sources', 'project'],
];

/**
 * Settings of the whole machine, which `core hooks install --managed` writes, in a mount namespace of their own: the
 * machine that this runs on is not changed.
 */
export async function managedCases(client, installation, root) {
  const machine = join(installation.folder, 'machine');
  for (const folder of ['written', 'work']) await mkdir(join(machine, folder), { recursive: true });
  const own = process.getuid() === 0 ? '--mount' : '--map-root-user';
  const within = ['unshare', own, '--mount', 'sh', '-c', MACHINE, 'sh', machine, installation.home];
  const [command, ...first] = within;
  const gatehouse = join(root, 'apps/cli/bin/gatehouse');
  await run(command, [...first, gatehouse, 'core', 'hooks', 'install', '--managed', '--yes'], {
    env: installation.environment,
  });
  const managed = client.within(within);
  const findings = await governedCases(managed, installation, 'managed');
  for (const args of WAYS_OUT) {
    const [finding] = (await governedCases(managed, installation, `managed, ${args.join(' ')}`, args)).filter(
      ({ claim }) => claim.endsWith('what is destructive is denied'),
    );
    findings.push(finding);
  }
  return findings;
}
