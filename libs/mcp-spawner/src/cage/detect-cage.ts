import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cagedCommand } from './cage-command.ts';
import { planCage } from './cage-plan.ts';
import { findCagePrograms } from './cage-programs.ts';
import type { CageKind, CageState } from './cage-state.ts';
import { hasOwnUids, ownUids } from './own-uids.ts';

const LONGEST_MS = 10_000;

/** Builds a cage around nothing, to see which kind can be built here. */
export async function detectCage(): Promise<CageState> {
  if (process.platform !== 'linux') return none('this system has no namespaces');
  const programs = findCagePrograms();
  if ('missing' in programs) return none(`the system has no ${programs.missing}`);
  const kinds: Exclude<CageKind, 'none'>[] = [];
  if (process.geteuid?.() === 0 && hasOwnUids()) kinds.push('own user');
  kinds.push('user namespace');
  let reason = '';
  for (const kind of kinds) {
    const failure = await tryCage(kind, programs);
    if (failure === null) return { kind, reason: null };
    reason = failure;
  }
  return none(reason);
}

function none(reason: string): CageState {
  return { kind: 'none', reason };
}

/** Null when it worked, else the last thing that was said. */
async function tryCage(
  kind: Exclude<CageKind, 'none'>,
  programs: Parameters<typeof cagedCommand>[0],
): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cage-'));
  try {
    const plan = planCage({ secretPaths: [], home: homedir(), readable: [], writable: [folder] });
    for (const [name, text] of Object.entries(plan)) writeFileSync(join(folder, name), text);
    const [uid = 0] = ownUids(['gatehouse']).values();
    const { file, args } = cagedCommand(programs, {
      kind,
      planFolder: folder,
      cwd: '/',
      dataKilobytes: 1_048_576,
      uid,
      executable: '/bin/sh',
      args: ['-c', '[ "$(grep -c . /proc/net/unix)" -ge 0 ] && [ ! -e /proc/1000000 ] && exit 0'],
    });
    return await run(file, args);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(file: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { timeout: LONGEST_MS, env: { PATH: '/usr/bin:/bin' } },
      (error, _said, complaint) => {
        if (error === null) return resolve(null);
        const [first = 'it did not say why'] = complaint.trim().split('\n').filter(Boolean);
        resolve(`a cage could not be built (${first.slice(0, 200)})`);
      },
    );
  });
}
