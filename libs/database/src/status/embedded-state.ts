import { join } from 'node:path';
import { clusterHome } from '../embedded/placement.ts';
import { readPostmasterFile } from '../embedded/postmaster-file.ts';

/** Whether an embedded PostgreSQL runs on the cluster of this state folder; starts nothing and connects to nothing. */
export async function embeddedState(
  stateDir: string,
): Promise<{ state: 'running' | 'stopped'; pid: number | null }> {
  const { postmaster } = await readPostmasterFile(
    join(await clusterHome(join(stateDir, 'postgres')), 'data'),
  );
  return postmaster?.ready === true
    ? { state: 'running', pid: postmaster.pid }
    : { state: 'stopped', pid: null };
}
