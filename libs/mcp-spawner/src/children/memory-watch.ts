import { readFile } from 'node:fs/promises';

const LOOK_MS = 500;
const PAGE_BYTES = 4_096;

export interface Watched {
  /** The process that leads the child. */
  readonly pid: number;
  readonly limitBytes: number;
  /** Leaves out the leader itself: a warden is ours. */
  readonly skipLeader: boolean;
  exceeded(): void;
}

/**
 * Ends children that use more memory than allowed: looks every half second at what all processes below a child have
 * for themselves (their resident memory without what files back). Between two looks a child can exceed it.
 */
export class MemoryWatch {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** Returns how to end the watch. */
  add(child: Watched): () => void {
    this.#watched.add(child);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS).unref();
    return () => {
      this.#watched.delete(child);
      if (this.#watched.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async #look(): Promise<void> {
    for (const child of this.#watched) {
      const used = await privateBytesBelow(child.pid, child.skipLeader);
      if (used > child.limitBytes && this.#watched.has(child)) child.exceeded();
    }
  }
}

/** 0 where there is no `/proc`. */
export async function privateBytesBelow(pid: number, skipLeader = false): Promise<number> {
  const own = skipLeader ? 0 : await privateBytes(pid);
  const below = await Promise.all((await childrenOf(pid)).map((child) => privateBytesBelow(child)));
  return below.reduce((sum, bytes) => sum + bytes, own);
}

async function privateBytes(pid: number): Promise<number> {
  const [, resident = 0, shared = 0] = (await textOf(`/proc/${pid}/statm`)).split(' ').map(Number);
  return Math.max(0, resident - shared) * PAGE_BYTES;
}

/** Of every thread: any of them may have started one. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await textOf(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(' ').filter(Boolean).map(Number);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Gone by now.
    return '';
  }
}
