import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type SealedVersion, wardenStart } from '@gatehouse/secrets';

/**
 * The SHA-256 of a secret's value, as a tool sees it that a real warden starts with it: what the tool prints is no
 * form of the value, so it comes through. What the warden says instead when it opens nothing.
 */
export async function openedByWarden(keyDir: string, version: SealedVersion): Promise<string> {
  const places = { keyDir, privateKeyFile: `${keyDir}/secrets-private-key`, managed: true };
  const secrets = { VALUE: version.name };
  const start = wardenStart({ places, versions: [version], secrets, maxLineBytes: 1_000 });
  const warden = spawn(start.command.file, start.command.args, {
    env: { ...start.command.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const lifeline = warden.stdio[3] as Duplex;
  let problem = '';
  lifeline.on('data', (said: Buffer) => {
    problem += said.toString();
  });
  const launch = { file: '/bin/sh', args: ['-c', 'printf %s "$VALUE" | sha256sum'], cwd: '/', env: {} };
  lifeline.write(`${start.order({ ...launch, env: { PATH: '/usr/bin:/bin' } })}\n`);
  const said = await text(warden.stdout!);
  lifeline.destroy();
  return said.trim().split(' ')[0] || problem;
}
