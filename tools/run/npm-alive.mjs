import { readFileSync } from 'node:fs';

/**
 * Remembers npm, which started this process directly or through a shell, and returns a function that says whether it
 * still runs. What lies above npm is not watched: a server may outlive the terminal that it was started from. Without
 * npm, or where /proc does not tell, the answer rests on the parent alone.
 *
 * @param {boolean} underNpm
 */
export function npmAlive(underNpm) {
  const parent = process.ppid;
  if (!underNpm) return () => true;
  if (!isShell(parent)) return () => process.ppid === parent;
  const npm = parentOf(parent);
  return () => process.ppid === parent && parentOf(parent) === npm;
}

function isShell(pid) {
  try {
    return /^(?:sh|dash|bash|ash|zsh|busybox)\n?$/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'));
  } catch {
    return false;
  }
}

/** The parent of a process, or null where /proc does not say. @param {number} pid */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
