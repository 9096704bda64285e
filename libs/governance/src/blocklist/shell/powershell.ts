import type { Scene } from '../scene.ts';

const ALIASES: Readonly<Record<string, string>> = {
  ri: 'del',
  rm: 'del',
  rmdir: 'del',
  rd: 'del',
  del: 'del',
  erase: 'del',
  'remove-item': 'del',
  'clear-content': 'del',
  saps: 'start',
  start: 'start',
  'start-process': 'start',
  sc: 'set-content',
  gc: 'cat',
  'get-content': 'cat',
  'set-content': 'tee',
  'add-content': 'tee',
  'out-file': 'tee',
  'copy-item': 'cp',
  'move-item': 'mv',
  spps: 'stop-process',
  kill: 'stop-process',
};
const TOKEN = /"(?:[^"`]|`[\s\S]|"")*"|'(?:[^']|'')*'|[;|\n&{}()]|[^\s;|&{}()"']+/g;
const MOST_TOKENS = 4000;

/** Reads PowerShell as statements of words; each goes to `start` as an argument array. */
export function judgePowershell(text: string, scene: Scene, start: (argv: readonly string[]) => void): void {
  if (!scene.affords(text, 65_536)) return;
  const fetches =
    /downloadstring|downloadfile|invoke-webrequest|invoke-restmethod|\biwr\b|\birm\b|webclient|frombase64string/i.test(
      text,
    );
  let argv: string[] = [];
  let seen = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (scene.decided) return;
    if (++seen > MOST_TOKENS) {
      scene.denyUnread(text);
      return;
    }
    if (/^[;|\n&{}()]$/.test(token)) {
      finish(argv, start, fetches);
      argv = [];
    } else {
      argv.push(unquoted(token));
    }
  }
  finish(argv, start, fetches);
}

function finish(argv: readonly string[], start: (argv: readonly string[]) => void, fetches: boolean): void {
  const name = argv[0]?.toLowerCase();
  if (name === undefined) return;
  if (fetches && (name === 'iex' || name === 'invoke-expression')) {
    start(['iex', 'downloadstring']);
    return;
  }
  const named = argv.filter(
    (arg) =>
      !/^-(?:path|literalpath|filepath|destination|argumentlist|force|recurse)$/i.test(arg) ||
      /^-recurse$/i.test(arg),
  );
  start(
    [Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name, ...named.slice(1)].map((arg) =>
      arg
        // As a Unix hand writes it; PowerShell takes any beginning of -Recurse that is the only one.
        .replace(/^-(?:r|re|rec|rf|fr)$/i, '-Recurse')
        .replace(/^\$env:(?:userprofile|home|homepath)|^\$home/i, '~')
        .replace(/^\$env:systemdrive/i, 'C:')
        .replace(/^\$env:(?:windir|systemroot)/i, 'C:\\Windows'),
    ),
  );
}

function unquoted(token: string): string {
  const quote = token[0];
  if (quote === "'") return token.slice(1, -1).replaceAll("''", "'");
  if (quote === '"') return token.slice(1, -1).replace(/`([\s\S])/g, '$1');
  return token.replaceAll('`', '');
}
