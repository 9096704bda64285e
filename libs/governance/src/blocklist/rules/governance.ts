import { linesOf } from '../line.ts';
import { mayMatch } from '../paths/glob.ts';
import { resolvePath } from '../paths/normalise.ts';
import type { CommandRule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { ShellCommand } from '../shell/command.ts';
import { hasUnknown } from '../shell/unknown.ts';
import { isReadOnlyCli } from './gatehouse-cli.ts';
import { gitSubcommand } from './git.ts';

const LINES = linesOf('governance_tampering', {
  'gatehouse-command': 'It runs a command of Gatehouse that changes something, which is for operators alone.',
  'gatehouse-copy': 'It copies or renames the Gatehouse command.',
  'gatehouse-stop': 'It stops Gatehouse or what it runs on.',
  'gatehouse-environment': 'It changes how Gatehouse or its hooks are found.',
  'hooks-off': 'It switches off the hooks of a client.',
  'protected-path': 'It touches the state, policies or keys of Gatehouse, or the hook settings of a client.',
  'process-memory': 'It reads the environment or the memory of another process.',
  'protected-tree': 'It takes a whole folder that holds the state, policies or keys of Gatehouse.',
});

/** Denies a path that is protected, whoever names it. */
export function judgeProtectedPath(path: string, folder: string, scene: Scene): void {
  if (scene.protectedPaths.protection(path, folder) === 'inside') scene.deny(LINES['protected-path']);
}

/** Denies taking, moving or deleting a folder that holds what is protected. */
export function judgeProtectedTree(path: string, folder: string, scene: Scene): void {
  if (scene.protectedPaths.protection(path, folder) !== null) scene.deny(LINES['protected-tree']);
}

export const judgeGovernance: CommandRule = (command, scene) => {
  const { name, args } = command;
  if (judgeInvocation(command, scene)) return;
  judgeStop(command, scene);
  if ((name === 'unset' || name === 'export') && args.some((arg) => HOOK_VARIABLE.test(arg)))
    scene.deny(LINES['gatehouse-environment']);
  if (
    name === 'claude' &&
    args.some((arg) => /disableAllHooks|^--(?:settings|bare|setting-sources)\b|"?hooks"?\s*:/.test(arg))
  )
    scene.deny(LINES['hooks-off']);
  if (
    name === 'claude' &&
    args[0] === 'config' &&
    /^(?:set|add|remove|rm)$/.test(args[1] ?? '') &&
    args.some((arg) => /hook|env|permission/i.test(arg))
  )
    scene.deny(LINES['hooks-off']);
  if (!command.remote) judgePaths(command, scene);
};

/** Asked last: a folder that holds what is protected is often a root, and then its own rule says more. */
export const judgeProtectedTrees: CommandRule = (command, scene) => {
  if (
    command.remote ||
    (scene.cwd === null && !command.args.some((arg) => arg.includes('/') || arg.includes('~')))
  )
    return;
  const { name, args, folder } = command;
  if (!takesTrees(name, args)) return;
  for (const arg of pathArguments(name, args)) judgeProtectedTree(arg, folder, scene);
  // Without an operand these begin in the folder they run in.
  const operands = args.filter((arg) => !arg.startsWith('-')).length;
  if ((name === 'grep' || name === 'rg') && operands <= 1) judgeProtectedTree('.', folder, scene);
  if (name === 'find' && args[0]?.startsWith('-') === true) judgeProtectedTree('.', folder, scene);
};

/** Programs that take folders whole; the fast path does not skip them. */
export function isTreeProgram(name: string): boolean {
  return Object.hasOwn(TREE, name);
}

function takesTrees(name: string, args: readonly string[]): boolean {
  const tree = Object.hasOwn(TREE, name) ? TREE[name] : undefined;
  return (
    tree === null || (tree !== undefined && args.some((arg) => tree.test(arg))) || findsAndRuns(name, args)
  );
}

const HOOK_VARIABLE = /^(?:GATEHOUSE_\w+|CLAUDE_CODE_(?:HOOKS|DISABLE)\w*)(?:=|$)/;

const RUNNERS = /^(?:npx|pnpx|bunx|npm|pnpm|yarn|bun|node|nodejs|tsx|ts-node|deno)$/;
const CLI_FILE =
  /(?:^|\/)(?:apps\/cli\/(?:bin|src|dist)\/|@gatehouse\/cli(?:\/|$))|(?:^|\/)gatehouse(?:\.[cm]?[jt]s)?$/;

/** Whether the program is the Gatehouse command; it is denied unless it only reads. */
function judgeInvocation(command: ShellCommand, scene: Scene): boolean {
  const { name, program, args, folder } = command;
  const own = isGatehouse(name, program) ? args : argumentsBehindRunner(command, scene);
  if (own !== null) {
    if (!isReadOnlyCli(own)) scene.deny(LINES['gatehouse-command']);
    return true;
  }
  const copies = /^(?:cp|ln|mv|install|rsync|ditto)$/.test(name);
  if (copies && args.slice(0, -1).some((arg) => CLI_FILE.test(resolvePath(folder, arg, scene.home)))) {
    scene.deny(LINES['gatehouse-copy']);
  }
  return false;
}

/** What `npx gatehouse …` and `node apps/cli/bin/run.js …` hand to the command; null when they run another. */
function argumentsBehindRunner({ name, args, folder }: ShellCommand, scene: Scene): readonly string[] | null {
  if (!RUNNERS.test(name)) return null;
  if (
    name === 'npm' &&
    !/^(?:exec|x|run|run-script|start)$/.test(args.find((arg) => !arg.startsWith('-')) ?? '')
  )
    return null;
  const at = args.findIndex((arg) => {
    if (arg.startsWith('-')) return false;
    return (
      CLI_FILE.test(arg.replace(/@[\w.^~-]+$/, '')) || CLI_FILE.test(resolvePath(folder, arg, scene.home))
    );
  });
  if (at < 0) return null;
  return args[at + 1] === '--' ? args.slice(at + 2) : args.slice(at + 1);
}

function isGatehouse(name: string, program: string): boolean {
  if (name === 'gatehouse' || /(?:^|\/)apps\/cli\/(?:bin|dist|src)\//.test(program)) return true;
  // A glob that could stand for it: `./node_modules/.bin/gate*`. A star alone could stand for anything.
  const base = program.slice(program.lastIndexOf('/') + 1);
  return /[*?[]/.test(base) && /[a-z]{2}/i.test(base) && mayMatch(base.toLowerCase(), 'gatehouse');
}

const OURS = /gatehouse/i;
/** What the server runs as; killing these by name stops it with everything else. */
const RUNTIMES = /^(?:node|nodejs|node-24|postgres|postmaster|"?node"?)$/i;

/** What the command lines of the server and of what started it end with. */
const COMMAND_LINES = ['apps/server/dist/main.js', 'tools/run/start.mjs'];

/** Whether `pkill -f` with a part of our command line would find us. */
function isByCommandLine(args: readonly string[]): boolean {
  if (!args.some((arg) => arg === '--full' || /^-[a-zA-Z0-9]*f/.test(arg))) return false;
  const patterns = args.filter((arg) => !arg.startsWith('-') && arg.length >= 4);
  return patterns.some((pattern) => COMMAND_LINES.some((line) => line.includes(pattern.replace(/\$$/, ''))));
}

function judgeStop({ name, args, stdin }: ShellCommand, scene: Scene): void {
  switch (name) {
    case 'pkill':
    case 'killall':
    case 'killall5':
    case 'skill':
    case 'taskkill':
    case 'stop-process':
    case 'pgrep':
      if (name === 'pgrep') return;
      if (
        args.some((arg) => OURS.test(arg) || RUNTIMES.test(arg.replace(/\.exe$/i, ''))) ||
        isByCommandLine(args)
      )
        scene.deny(LINES['gatehouse-stop']);
      return;
    case 'kill':
      if (args.some((arg) => OURS.test(arg)) || OURS.test(stdin ?? '')) scene.deny(LINES['gatehouse-stop']);
      return;
    case 'systemctl':
    case 'service':
    case 'rc-service':
    case 'launchctl':
    case 'pm2':
    case 'supervisorctl':
    case 'docker':
    case 'podman':
    case 'docker-compose':
    case 'kubectl':
    case 'sc':
      if (
        args.some((arg) => OURS.test(arg)) &&
        args.some((arg) =>
          /^(?:stop|disable|mask|kill|restart|remove|rm|delete|down|pause|unload|bootout|edit|revert|set-property|scale|drain)$/.test(
            arg,
          ),
        )
      ) {
        scene.deny(LINES['gatehouse-stop']);
      }
      return;
    case 'pg_ctl':
      if (args.some((arg) => scene.protectedPaths.protection(arg, scene.folder) === 'inside'))
        scene.deny(LINES['gatehouse-stop']);
  }
}

/** Programs whose operands are text, not files. */
const TEXT_ONLY = new Set(
  'echo printf test [ [[ expr date export local declare alias trap true false : kill pkill pgrep killall wait sleep exit return set shift which type whereis man help'.split(
    ' ',
  ),
);
/** Programs that take folders whole: with these flags (an empty string: always). */
const TREE: Readonly<Record<string, RegExp | null>> = {
  mv: null,
  tar: null,
  bsdtar: null,
  zip: /^-[a-zA-Z]*r|^--recurse/,
  '7z': null,
  rsync: /^-[a-zA-Z]*[ar]|^--(?:archive|recursive)/,
  scp: /^-[a-zA-Z]*r/,
  cp: /^-[a-zA-Z]*[rRa]|^--(?:archive|recursive)/,
  ln: null,
  rm: /^-[a-zA-Z]*[rR]|^--rec/,
  rimraf: null,
  chmod: /^-[a-zA-Z]*R|^--rec/,
  chown: /^-[a-zA-Z]*R|^--rec/,
  chgrp: /^-[a-zA-Z]*R|^--rec/,
  setfacl: /^-[a-zA-Z]*R|^--rec/,
  grep: /^-[a-zA-Z]*[rR]|^--(?:dereference-)?recursive/,
  rg: /^-[a-zA-Z]*u|^--(?:hidden|no-ignore|unrestricted)|^-\./,
  mount: null,
  bindfs: null,
  chattr: /^-[a-zA-Z]*R/,
};

export const TREE_PROGRAMS: readonly string[] = Object.keys(TREE);

function judgePaths({ name, program, args, redirects, folder }: ShellCommand, scene: Scene): void {
  for (const { target } of redirects) judgeProtectedPath(target, folder, scene);
  if (program.includes('/')) judgeProtectedPath(program, folder, scene);
  if (TEXT_ONLY.has(name)) return;
  const other = startFolder(args);
  for (const arg of pathArguments(name, args)) {
    judgeProtectedPath(arg, folder, scene);
    if (other !== null) judgeProtectedPath(arg, resolvePath(folder, other, scene.home), scene);
    if (PROCESS_MEMORY.test(arg)) scene.deny(LINES['process-memory']);
    if (scene.decided) return;
  }
}

/** Files that a script of `sed` or `awk` reads or writes: `w file`, `> "file"`. */
function filesInScript(name: string, script: string): string[] {
  if (/^(?:g?awk|mawk|nawk)$/.test(name))
    return [...script.matchAll(/"([^"\n]{1,512})"/g)].map((match) => match[1]!);
  if (name !== 'sed') return [];
  return [...script.matchAll(/(?:^|[\s;/}\d$gp])[rRwW]\s*([^\s;}]{1,512})/g)].map((match) => match[1]!);
}

/** The folder that `git -C`, `make -C`, `tar --directory` and `npm --prefix` work in. */
function startFolder(args: readonly string[]): string | null {
  const at = args.findIndex((arg) => /^(?:-C|--directory|--prefix|--cwd|--chdir|--work-tree)$/.test(arg));
  if (at >= 0) return args[at + 1] ?? null;
  const joined = args.find((arg) => /^--(?:directory|prefix|cwd|chdir|work-tree)=/.test(arg));
  return joined === undefined ? null : joined.slice(joined.indexOf('=') + 1);
}

/** Another process's environment and memory, where the server's keys are. */
const PROCESS_MEMORY =
  /^\/proc\/(?!self\/|thread-self\/)[^/]+\/(?:task\/[^/]+\/)?(?:environ|mem|maps|fd|root|cwd)(?:\/|$)/;

function findsAndRuns(name: string, args: readonly string[]): boolean {
  return (
    (name === 'find' || name === 'fd') &&
    args.some((arg) => /^-(?:delete|exec|execdir|ok|okdir|fprint\w*|x|X)$|^--exec/.test(arg))
  );
}

/** The words of a command line that a program could take for a path; not its patterns, scripts and messages. */
function pathArguments(name: string, args: readonly string[]): string[] {
  const paths: string[] = [];
  let patterns =
    /^(?:grep|egrep|fgrep|rg|ag|ack|sed|awk|gawk|jq|yq|perl)$/.test(name) &&
    !args.some((arg) => /^-[ef]/.test(arg))
      ? 1
      : 0;
  const git = name === 'git' ? gitSubcommand(args).name : '';
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const before = args[at - 1] ?? '';
    if (/^(?:commit|tag|stash|notes|merge)$/.test(git) && /^(?:-[a-z]*m|--message)$/.test(before)) continue;
    if (/^(?:gh|glab)$/.test(name) && /^(?:--title|--body|-t|-b|--notes)$/.test(before)) continue;
    if (name === 'find' && /^-(?:i?name|i?path|i?regex|i?wholename)$/.test(before)) {
      if (/^-i?(?:path|wholename)$/.test(before)) paths.push(arg.replace(/^\*\//, ''));
      continue;
    }
    if (/^-(?:e|-regexp|-expression)$/.test(before) && /^(?:grep|sed|rg)$/.test(name)) continue;
    if (arg.startsWith('-')) {
      const equals = arg.indexOf('=');
      if (equals > 0) paths.push(arg.slice(equals + 1));
      else if (arg.length > 2 && arg[1] !== '-' && /[/.]/.test(arg)) paths.push(arg.slice(2));
      continue;
    }
    if (patterns > 0) {
      patterns--;
      paths.push(...filesInScript(name, arg));
      continue;
    }
    paths.push(arg);
    const equals = arg.indexOf('=');
    if (equals > 0 && equals < 64) paths.push(arg.slice(equals + 1));
    if (arg.startsWith('@') || arg.startsWith('<')) paths.push(arg.slice(1));
    if (arg.includes(':') && !arg.includes('://')) paths.push(...arg.split(':', 4));
    if (paths.length > 20_000) break;
  }
  return paths.filter((path) => path.length > 0 && !(path.length === 1 && hasUnknown(path)));
}
