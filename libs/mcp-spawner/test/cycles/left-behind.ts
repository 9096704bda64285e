import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StdioChild } from '../../src/children/stdio-child.ts';
import { PooledChild } from '../../src/pool/pooled-child.ts';

/** What a process has at hand, of all that children could leave behind. */
export interface LeftBehind {
  /**
   * Processes below this one, the dead that nobody collected among them, and those that carry a folder of its children.
   * PostgreSQL's come and go as it likes.
   */
  readonly processes: number;
  readonly descriptors: number;
  readonly folders: number;
  /** Mounts of this process's own namespace. */
  readonly mounts: number;
}

export function leftBehind(): LeftBehind {
  const folder = `gatehouse-mcp-${process.pid}-`;
  return {
    processes: [...new Set([...below(process.pid), ...carrying(folder)])].filter(isNoPostgres).length,
    descriptors: readdirSync('/proc/self/fd').length,
    folders: readdirSync(tmpdir())
      .filter((name) => name.startsWith(folder))
      .flatMap((name) => readdirSync(`${tmpdir()}/${name}`)).length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
  };
}

/** Objects of ours that stand for a child and that something still holds. Takes a look at the whole heap. */
export function heldObjects(): number {
  return [StdioChild, PooledChild]
    .map((kind) => queryObjects(kind, { format: 'count' }))
    .reduce((sum, count) => sum + count, 0);
}

/** Bytes, after a collection. */
export function memory(): { readonly heap: number; readonly resident: number } {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

function below(pid: number): number[] {
  const children = linesOf(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...below(child)]);
}

function carrying(folder: string): number[] {
  return linesOf('/proc')
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).includes(folder))
    .map(Number);
}

function isNoPostgres(pid: number): boolean {
  return read(`/proc/${pid}/comm`).trim() !== 'postgres';
}

function linesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Gone by now.
    return '';
  }
}
