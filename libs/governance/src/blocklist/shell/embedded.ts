import { gitSubcommand } from '../rules/git.ts';
import { HOLE } from './unknown.ts';

/** A shell text, or an argument array. */
export type EmbeddedCommand = string | readonly string[];

/** Commands that a program starts beside its own work: `find -exec`, `git rebase -x`, `fd -x`. */
export function embeddedCommands(name: string, args: readonly string[]): EmbeddedCommand[] {
  switch (name) {
    case 'find':
    case 'gfind':
      return findCommands(args);
    case 'fd':
    case 'fdfind':
      return fdCommands(args);
    case 'git':
      return gitCommands(args);
    case 'tar':
    case 'gtar':
    case 'rsync':
    case 'scp':
    case 'ssh':
      return optionCommands(args);
    default:
      return [];
  }
}

/** Anything below where the search began. */
function below(start: string): string {
  return `${start.endsWith('/') ? start : `${start}/`}**/${HOLE}`;
}

function findCommands(args: readonly string[]): EmbeddedCommand[] {
  const expression = args.findIndex((arg) => /^[-(!]/.test(arg));
  const starts = expression <= 0 ? ['.'] : args.slice(0, expression);
  const found = starts.map(below);
  const commands: string[][] = [];
  for (let at = 0; at < args.length && commands.length < 256; at++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(args[at]!)) continue;
    let end = at + 1;
    while (end < args.length && args[end] !== ';' && args[end] !== '+') end++;
    const words = args.slice(at + 1, end);
    commands.push(words.flatMap((word) => (word === '{}' ? found : [word.replaceAll('{}', found[0]!)])));
    at = end;
  }
  return commands;
}

function fdCommands(args: readonly string[]): EmbeddedCommand[] {
  const at = args.findIndex((arg) => /^(?:-x|-X|--exec|--exec-batch)$/.test(arg));
  if (at < 0) return [];
  const words = args.slice(at + 1).map((word) => word.replace(/\{[/.]*\}/g, below('.')));
  return [args.slice(at + 1).some((word) => word.includes('{')) ? words : [...words, below('.')]];
}

function gitCommands(args: readonly string[]): EmbeddedCommand[] {
  const { name, args: rest, config } = gitSubcommand(args);
  const commands: EmbeddedCommand[] = [];
  for (const entry of config) {
    const value = entry.slice(entry.indexOf('=') + 1);
    if (/^alias\./i.test(entry)) commands.push(value.startsWith('!') ? value.slice(1) : `git ${value}`);
    else if (
      /^core\.(?:sshcommand|pager|editor|fsmonitor)=|^sequence\.editor=|^credential\.helper=/i.test(entry)
    )
      commands.push(value.replace(/^!/, ''));
  }
  if (name === 'rebase' || name === 'difftool' || name === 'mergetool') {
    for (const [at, arg] of rest.entries()) {
      if (/^(?:-x|--exec|--extcmd)$/.test(arg) && rest[at + 1] !== undefined) commands.push(rest[at + 1]!);
      else if (/^--(?:exec|extcmd)=/.test(arg)) commands.push(arg.slice(arg.indexOf('=') + 1));
    }
  } else if (name === 'submodule' && rest.includes('foreach')) {
    commands.push(
      rest
        .slice(rest.indexOf('foreach') + 1)
        .filter((arg) => !/^--?(?:recursive|quiet|q)$/.test(arg))
        .join(' '),
    );
  } else if (name === 'bisect' && rest[0] === 'run') {
    commands.push(rest.slice(1));
  } else if (name === 'filter-branch') {
    for (const [at, arg] of rest.entries()) if (/^--.*-filter$/.test(arg)) commands.push(rest[at + 1] ?? '');
  } else if (name === 'config') {
    const value = rest.findLast((arg) => arg.startsWith('!'));
    if (value !== undefined) commands.push(value.slice(1));
  }
  return commands;
}

/** `tar --checkpoint-action=exec=…`, `rsync -e …`, `ssh -o ProxyCommand=…`. */
function optionCommands(args: readonly string[]): EmbeddedCommand[] {
  const commands: EmbeddedCommand[] = [];
  for (const [at, arg] of args.entries()) {
    const action =
      /^(?:--checkpoint-action=exec=|--to-command=|--use-compress-program=|--rsh=|--rsync-path=)(.*)$/s.exec(
        arg,
      );
    if (action !== null) commands.push(action[1]!);
    const proxy = /^-?o?\s*(?:ProxyCommand|LocalCommand|KnownHostsCommand)[=\s](.*)$/is.exec(arg);
    if (proxy !== null) commands.push(proxy[1]!);
    if (/^(?:-I|-e|--to-command)$/.test(arg) && /[\s;|]/.test(args[at + 1] ?? ''))
      commands.push(args[at + 1]!);
  }
  return commands;
}
