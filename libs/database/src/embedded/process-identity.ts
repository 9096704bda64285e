import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that ids alone cannot name for long: pids are reused, also across a reboot or in a container. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal only for the same process. */
  readonly start: string;
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

function linuxStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything, a parenthesis too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    // A zombie, left by a parent that does not reap, holds no lock, no memory and no socket.
    if (ticks === undefined || state === 'Z' || state === 'X') return null;
    return `${bootId()}/${ticks}`;
  } catch {
    return null;
  }
}

function ps(pid: number, columns: string): string | null {
  try {
    const text = execFileSync('/bin/ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

/** When the process started, or null where no such process lives. */
export function processStart(pid: number): string | null {
  if (process.platform === 'linux') return linuxStart(pid);
  const state = ps(pid, 'stat=');
  return state === null || state.startsWith('Z') ? null : ps(pid, 'lstart=');
}

/** The process's command line, its words separated by spaces or NUL, or null. */
export function processCommandLine(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return null;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return processStart(identity.pid) === identity.start;
}
