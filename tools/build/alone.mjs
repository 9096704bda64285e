import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 50;
const LONGEST_MS = 180_000;

/**
 * Runs `work` while no other process runs work under the same lock file. The file names its holder, so that a lock
 * which a killed process left behind is taken over.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(file, work) {
  while (!take(file)) {
    if (!isHeld(file)) rmSync(file, { force: true });
    else await delay(PAUSE_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** By a link to a file that is written already: whoever sees the lock can read who holds it. */
function take(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function isHeld(file) {
  try {
    // A pid can be given anew, and no build takes minutes.
    return (
      Date.now() - statSync(file).mtimeMs < LONGEST_MS && process.kill(Number(readFileSync(file, 'utf8')), 0)
    );
  } catch (error) {
    return error.code === 'EPERM';
  }
}
