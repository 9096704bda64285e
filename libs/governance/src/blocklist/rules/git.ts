import { linesOf } from '../line.ts';
import { reachOf } from '../paths/judge.ts';
import type { RuleFamily } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { type Flags, readFlags } from '../shell/flags.ts';

const LINES = {
  ...linesOf('history_rewrite', {
    'git-push-force': 'It overwrites or deletes history on a remote.',
    'git-reset': 'It throws away changes that are not committed.',
    'git-clean': 'It deletes files that git does not keep.',
    'git-discard': 'It throws away changes in the working tree.',
    'git-branch-delete': 'It deletes a branch without asking whether its commits are kept elsewhere.',
    'git-stash-drop': 'It deletes stashed changes.',
    'git-rewrite': 'It rewrites the history of the repository.',
    'git-expire': 'It deletes what git keeps for recovery.',
    'git-worktree-remove': 'It deletes a worktree with its changes.',
    'git-remove-all': 'It deletes every tracked file.',
  }),
};

type GitRule = (flags: Flags, args: readonly string[], scene: Scene, folder: string) => void;

const RULES: Readonly<Record<string, GitRule>> = {
  push(flags, args, scene) {
    const forced =
      flags.has('f', 'mirror', 'delete', 'd', 'prune') ||
      args.some((arg) => arg === '--force' || arg === '--forc');
    if (flags.has('n', 'dry-run')) return;
    if (forced || flags.operands.slice(1).some((ref) => ref.startsWith('+') || /^:./.test(ref)))
      scene.deny(LINES['git-push-force']);
  },
  reset(flags, _args, scene) {
    if (flags.has('hard', 'merge')) scene.deny(LINES['git-reset']);
  },
  clean(flags, args, scene) {
    if (flags.has('n', 'dry-run', 'i', 'interactive')) return;
    if (flags.has('f', 'force') || args.length === 0) scene.deny(LINES['git-clean']);
  },
  checkout(flags, args, scene) {
    if (flags.has('b', 'B', 'orphan', 'help', 'p', 'patch')) {
      if (flags.has('B')) scene.deny(LINES['git-branch-delete']);
      return;
    }
    const paths = args.indexOf('--');
    const here = flags.operands.some((path) => /^(\.|\.\/|\*|:\/|:\(top\)|\.\.)$/.test(path));
    if (flags.has('f', 'force') || here || (paths >= 0 && paths < args.length - 1))
      scene.deny(LINES['git-discard']);
    if (flags.value('pathspec-from-file') !== undefined) scene.deny(LINES['git-discard']);
    // A second operand is a path in any case: `checkout HEAD file`, `checkout main a b`.
    if (flags.operands.length > 1) scene.deny(LINES['git-discard']);
  },
  switch(flags, _args, scene) {
    if (flags.has('f', 'force', 'discard-changes', 'C', 'force-create')) scene.deny(LINES['git-discard']);
  },
  restore(flags, _args, scene) {
    if (flags.has('help', 'p', 'patch')) return;
    if (!flags.has('S', 'staged') || flags.has('W', 'worktree')) scene.deny(LINES['git-discard']);
  },
  branch(flags, _args, scene) {
    const deletes = flags.has('d', 'delete');
    if (flags.has('D') || (deletes && flags.has('f', 'force'))) scene.deny(LINES['git-branch-delete']);
  },
  stash(flags, _args, scene) {
    if (/^(drop|clear)$/.test(flags.operands[0] ?? '')) scene.deny(LINES['git-stash-drop']);
  },
  reflog(flags, _args, scene) {
    if (/^(expire|delete)$/.test(flags.operands[0] ?? '') && !flags.has('n', 'dry-run'))
      scene.deny(LINES['git-expire']);
  },
  gc(flags, _args, scene) {
    if (/^(now|all|\d)/.test(flags.value('prune') ?? '')) scene.deny(LINES['git-expire']);
  },
  prune(flags, _args, scene) {
    if (!flags.has('n', 'dry-run')) scene.deny(LINES['git-expire']);
  },
  'update-ref': (flags, _args, scene) => {
    if (flags.has('d', 'stdin')) scene.deny(LINES['git-expire']);
  },
  'filter-branch': (_flags, _args, scene) => scene.deny(LINES['git-rewrite']),
  'filter-repo': (flags, _args, scene) => {
    if (!flags.has('analyze', 'dry-run')) scene.deny(LINES['git-rewrite']);
  },
  worktree(flags, _args, scene) {
    if (flags.operands[0] === 'remove' && flags.has('f', 'force')) scene.deny(LINES['git-worktree-remove']);
  },
  submodule(flags, _args, scene) {
    if (flags.operands[0] === 'deinit' && flags.has('f', 'force')) scene.deny(LINES['git-worktree-remove']);
  },
  rm(flags, _args, scene, folder) {
    if (flags.has('cached', 'n', 'dry-run') || !flags.has('r')) return;
    if (flags.operands.some((path) => reachOf(path, folder, scene.cwd, scene.home) === 'root'))
      scene.deny(LINES['git-remove-all']);
  },
  'read-tree': (flags, _args, scene) => {
    if (flags.has('reset')) scene.deny(LINES['git-reset']);
  },
  'checkout-index': (flags, _args, scene) => {
    if (flags.has('f', 'force')) scene.deny(LINES['git-discard']);
  },
};

const GLOBAL_VALUES = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
  '--super-prefix',
]);
const VALUES = new Set([
  'm',
  'message',
  'o',
  'push-option',
  'repo',
  'e',
  'exclude',
  'b',
  'orphan',
  's',
  'source',
  'c',
  'pathspec-from-file',
  'conflict',
  'unified',
  'prune',
  'expire',
]);

/** The subcommand of a git command line and what follows it, past git's own flags. */
export function gitSubcommand(args: readonly string[]): {
  name: string;
  args: readonly string[];
  config: readonly string[];
} {
  const config: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-c') config.push(args[at + 1] ?? '');
    if (GLOBAL_VALUES.has(arg)) at++;
    else if (!arg.startsWith('-')) break;
  }
  return { name: args[at] ?? '', args: args.slice(at + 1), config };
}

export const gitRules: readonly RuleFamily[] = [
  {
    programs: 'git',
    rule({ args, folder }, scene) {
      const { name, args: rest } = gitSubcommand(args);
      if (!Object.hasOwn(RULES, name)) return;
      // `-b` and `-d` take a value in some subcommands and none in others.
      const values =
        name === 'push' || name === 'branch' || name === 'clean' || name === 'stash'
          ? new Set([
              'o',
              'push-option',
              'repo',
              ...(name === 'clean' ? ['e', 'exclude'] : []),
              'm',
              'message',
            ])
          : VALUES;
      RULES[name]!(readFlags(rest, values), rest, scene, folder);
    },
  },
  {
    programs: 'git-filter-repo git-filter-branch bfg',
    rule: ({ args }, scene) => {
      if (args.length > 0) scene.deny(LINES['git-rewrite']);
    },
  },
  {
    programs: 'hg',
    rule: ({ args }, scene) => {
      if (
        /^(strip|purge|histedit)$/.test(args[0] ?? '') ||
        (args[0] === 'update' && args.some((arg) => /^(-C|--clean)$/.test(arg)))
      )
        scene.deny(LINES['git-rewrite']);
    },
  },
  {
    programs: 'jj',
    rule: ({ args }, scene) => {
      if (args[0] === 'abandon' || (args[0] === 'op' && args[1] === 'abandon'))
        scene.deny(LINES['git-rewrite']);
    },
  },
];
