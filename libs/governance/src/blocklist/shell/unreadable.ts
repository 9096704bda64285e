import { linesOf } from '../line.ts';

const LINES = {
  ...linesOf('file_system_destruction', {
    'command-unreadable': 'The command cannot be read to its end and contains what destroys.',
  }),
  ...linesOf('remote_code_execution', {
    'network-to-interpreter': 'It runs what it fetches from the network.',
    'decoded-to-interpreter': 'It runs text that is decoded first, so that it cannot be read.',
  }),
  ...linesOf('host_control', { 'fork-bomb': 'It starts itself without end.' }),
};

export const UNREADABLE = LINES['command-unreadable'];
export const FROM_NETWORK = LINES['network-to-interpreter'];
export const FROM_DECODED = LINES['decoded-to-interpreter'];
export const FORK_BOMB = LINES['fork-bomb'];

const DESTRUCTIVE =
  /\b(?:rm|rmdir|shred|dd|mkfs\w*|wipefs|fdisk|truncate|drop|delete|destroy|purge|unlink|rmtree|format|shutdown|reboot|poweroff|halt|chmod|chown|crontab|gatehouse|\.gatehouse|flushall|dropdatabase|terminate-\w+|delete-\w+|remove-item|del|rd)\b|--force\b|\/dev\/[a-z]{2,}/i;

/** Whether a text that cannot be parsed holds a word that destroys. */
export function looksDestructive(text: string): boolean {
  return DESTRUCTIVE.test(text.length > 1_048_576 ? text.slice(0, 1_048_576) : text);
}
