/**
 * Loaded before a keeper by `KillableKeepers`, with a folder as the query of its address. Notes there each change that the keeper
 * makes to a file, and sends it SIGKILL at the one whose number stands there: before that change, or after half of it
 * where bytes are written.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const real = { ...fs };
const folder = new URL(import.meta.url).searchParams.get('folder');
const notes = `${folder}/changes`;
const fatal = Number(real.readFileSync(`${folder}/fatal`, 'utf8'));

function change(what, half = () => undefined) {
  const fd = real.openSync(notes, 'a+');
  const before = real.readFileSync(fd, 'utf8').split('\n').length - 1;
  real.writeSync(fd, `${what}\n`);
  real.closeSync(fd);
  if (before !== fatal) return;
  half();
  process.kill(process.pid, 'SIGKILL');
}

const shown = (path) => basename(String(path)).replace(/-\d+$/, '');
fs.openSync = (path, flags, ...more) => {
  if (typeof flags === 'number' && (flags & real.constants.O_CREAT) !== 0) change(`open ${shown(path)}`);
  return real.openSync(path, flags, ...more);
};
fs.writeSync = (fd, bytes, ...more) => {
  change('write', () => real.writeSync(fd, bytes, 0, bytes.length >> 1));
  return real.writeSync(fd, bytes, ...more);
};
fs.fsyncSync = (fd) => {
  change('sync');
  return real.fsyncSync(fd);
};
for (const name of ['link', 'rename']) {
  fs[`${name}Sync`] = (from, to) => {
    change(`${name} ${shown(to)}`);
    return real[`${name}Sync`](from, to);
  };
}
fs.unlinkSync = (path) => {
  change(`unlink ${shown(path)}`);
  return real.unlinkSync(path);
};
syncBuiltinESMExports();
