import { linesOf } from '../line.ts';
import { type Reach, reachOf } from '../paths/judge.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { findArguments } from '../shell/find-arguments.ts';
import { readFlags } from '../shell/flags.ts';

const LINES = {
  ...linesOf('file_system_destruction', {
    'rm-recursive-root': 'It deletes a file system, a home or the working folder whole.',
    'rm-recursive-system': 'It deletes a folder of the operating system.',
    'rm-recursive-outside': 'It deletes a folder outside the working folder.',
    'rm-recursive-listed': 'It deletes folders whole that a list names which only running would tell.',
    'rm-system-file': 'It deletes a file of the operating system.',
    'rm-no-preserve-root': 'It switches off the protection of the root folder.',
    'find-delete': 'It deletes what it finds outside the working folder, or everything in it.',
    'move-root': 'It moves away a system folder, a home or the working folder.',
    'move-to-nowhere': 'It moves files to where they are lost.',
    'overwrite-system': 'It empties or overwrites files of the operating system.',
    shred: 'It overwrites files so that nothing can bring them back.',
    'sync-delete': 'It deletes at the target whatever the source does not have.',
  }),
  ...linesOf('history_rewrite', { 'rm-git-folder': 'It deletes the history of a repository.' }),
};

const BY_REACH: Partial<Record<Reach, (typeof LINES)[keyof typeof LINES]>> = {
  root: LINES['rm-recursive-root'],
  system: LINES['rm-recursive-system'],
  outside: LINES['rm-recursive-outside'],
};

/** Denies the recursive deletion of `path` where that is more than everyday work. Also for file tools and code. */
export function judgeTreeDeletion(path: string, folder: string, scene: Scene): void {
  if (/(^|\/)\.git\/?$/.test(path)) scene.deny(LINES['rm-git-folder']);
  const line = BY_REACH[reachOf(path, folder, scene.cwd, scene.home)];
  if (line !== undefined) scene.deny(line);
}

/** Denies the deletion of one file where it belongs to the system. */
export function judgeFileDeletion(path: string, folder: string, scene: Scene): void {
  if (/(?:^|\/)\*{1,2}$/.test(path)) {
    const line = BY_REACH[reachOf(path, folder, scene.cwd, scene.home)];
    if (line !== undefined) scene.deny(line);
  }
  if (SYSTEM_FILES.test(path)) scene.deny(LINES['rm-system-file']);
}

const SYSTEM_FILES =
  /^\/(?:etc|boot|bin|sbin|lib|lib64|dev|usr\/(?:bin|sbin|lib|lib64|share)|System|proc|sys)(?:\/(?!shm\/)|$)/;

const rm: CommandRule = ({ name, args, folder }, scene) => {
  const flags = readFlags(args);
  if (flags.has('no-preserve-root')) scene.deny(LINES['rm-no-preserve-root']);
  const recursive =
    flags.has('r', 'R', 'recursive') ||
    args.includes('--r') ||
    args.includes('--re') ||
    name === 'rimraf' ||
    name === 'del-cli';
  for (const path of flags.operands) {
    if (recursive) judgeTreeDeletion(path, folder, scene);
    else judgeFileDeletion(path, folder, scene);
  }
};

/** `xargs rm -rf`, where what is piped in, or the file with the names, is unknown. `mark`: what `xargs -I` replaces. */
export function judgeListedDeletion(argv: readonly string[], mark: string, scene: Scene): void {
  if (!/(?:^|\/)g?rm$/.test(argv[0]!)) return;
  const flags = readFlags(argv.slice(1));
  if (flags.has('r', 'R', 'recursive') && flags.operands.every((operand) => operand === mark))
    scene.deny(LINES['rm-recursive-listed']);
}

/** `del /s C:\`, `rd /s /q .`: the flags of Windows. */
const windowsRemove: CommandRule = ({ name, args, folder }, scene) => {
  const recursive = args.some((arg) => /^\/s$/i.test(arg)) || args.some((arg) => /^-r(ec.*)?$/i.test(arg));
  const paths = args.filter((arg) => !/^\/[a-z]$/i.test(arg) && !arg.startsWith('-'));
  for (const path of paths) {
    if (!recursive) continue;
    if (/^[a-z]:(\\?\*(\.\*)?|\\)?$/i.test(path) || /^[a-z]:\\?(windows|users|program files)/i.test(path))
      scene.deny(LINES['rm-recursive-root']);
    judgeTreeDeletion(path.replaceAll('\\', '/'), folder, scene);
  }
  if (name === 'rmdir' && !recursive) for (const path of paths) judgeFileDeletion(path, folder, scene);
};

const find: CommandRule = ({ name, args, folder }, scene) => {
  const deletes =
    args.includes('-delete') ||
    args.some(
      (arg, at) =>
        /^-(exec|execdir|ok|okdir)$/.test(arg) && /(^|\/)(rm|unlink|shred|srm)$/.test(args[at + 1] ?? ''),
    );
  if (!deletes || name === 'fd') return;
  const { starts, takesAll } = findArguments(args);
  for (const start of starts) {
    const reach = reachOf(start, folder, scene.cwd, scene.home);
    const here = reach === 'root' && /^(\.|\.\/|\$PWD)$/.test(start);
    if (here ? takesAll : reach === 'root' || reach === 'system' || reach === 'outside')
      scene.deny(LINES['find-delete']);
  }
};

const mv: CommandRule = ({ args, folder }, scene) => {
  const flags = readFlags(args, new Set(['t', 'S', 'target-directory', 'suffix']));
  const target = flags.value('t', 'target-directory') ?? flags.operands.at(-1);
  if (target === '/dev/null') scene.deny(LINES['move-to-nowhere']);
  const sources =
    flags.value('t', 'target-directory') === undefined ? flags.operands.slice(0, -1) : flags.operands;
  for (const source of sources) {
    const reach = reachOf(source, folder, scene.cwd, scene.home);
    if (
      (reach === 'root' && source !== '*' && source !== './*') ||
      (reach === 'system' && !/^\/(opt|srv|mnt|media|run)\//.test(source))
    ) {
      scene.deny(LINES['move-root']);
    }
    if (/(^|\/)\.git\/?$/.test(source)) scene.deny(LINES['rm-git-folder']);
  }
};

const shred: CommandRule = ({ args }, scene) => {
  if (readFlags(args).operands.length > 0) scene.deny(LINES.shred);
};

const truncate: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args, new Set(['s', 'size', 'r', 'reference']));
  if (flags.operands.some((path) => SYSTEM_FILES.test(path) || path.startsWith('/var/')))
    scene.deny(LINES['overwrite-system']);
};

const overwrite: CommandRule = ({ name, args }, scene) => {
  const flags = readFlags(args, new Set(['t', 'S', 'm', 'o', 'g']));
  const targets = name === 'tee' ? flags.operands : [flags.value('t') ?? flags.operands.at(-1) ?? ''];
  if (targets.some((path) => OVERWRITTEN.test(path))) scene.deny(LINES['overwrite-system']);
};

const OVERWRITTEN =
  /^\/(?:boot|bin|sbin|lib|lib64|usr\/(?:bin|sbin|lib))\/|^\/etc\/(?:passwd|shadow|group|fstab|hosts)$/;

/** Redirections that empty a system file. */
export const judgeOverwrite: CommandRule = ({ redirects }, scene) => {
  if (redirects.some(({ write, target }) => write && OVERWRITTEN.test(target)))
    scene.deny(LINES['overwrite-system']);
};

/** `curl -o /usr/bin/x`, `wget -O /etc/hosts`. */
const fetchOver: CommandRule = ({ name, args }, scene) => {
  const [short, long] = name === 'curl' ? ['o', 'output'] : ['O', 'output-document'];
  const target = readFlags(args, new Set([short, long])).value(short, long);
  if (target !== undefined && OVERWRITTEN.test(target)) scene.deny(LINES['overwrite-system']);
};

const rsync: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args, new Set(['e', 'rsh', 'f', 'filter', 'exclude', 'include', 'B', 'T', 'M']));
  if (flags.has('dry-run', 'list-only') || args.some((arg) => /^-[a-zA-Z]*n/.test(arg))) return;
  if (args.some((arg) => /^--(del|delete(-\w+)*|remove-s\w+-files|ignore-existing-delete)$/.test(arg)))
    scene.deny(LINES['sync-delete']);
};

export const removeRules: readonly RuleFamily[] = [
  { programs: 'rm unlink grm srm rimraf trash del-cli', rule: rm },
  { programs: 'del erase rd rmdir remove-item ri', rule: windowsRemove },
  { programs: 'find gfind', rule: find },
  { programs: 'mv gmv', rule: mv },
  { programs: 'shred wipe scrub srm gshred', rule: shred },
  { programs: 'truncate', rule: truncate },
  { programs: 'cp tee install ln', rule: overwrite },
  { programs: 'curl wget', rule: fetchOver },
  { programs: 'rsync', rule: rsync },
];
