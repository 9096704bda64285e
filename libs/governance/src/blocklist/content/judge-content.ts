import { judgeProgram } from '../input/judge-program.ts';
import { needsReading } from '../input/keywords.ts';
import type { Scene } from '../scene.ts';
import { judgeShell } from '../shell/judge-shell.ts';
import { judgeSql } from '../sql/judge-sql.ts';

const SCRIPT =
  /\.(?:sh|bash|zsh|ksh|fish|command|ps1|psm1|bat|cmd|py|pyw|js|mjs|cjs|ts|mts|cts|rb|pl|pm|php|lua|awk|sql|r|jl|groovy|tcl)$|(?:^|\/)(?:[Mm]akefile|Rakefile|Justfile|justfile|Dockerfile|Vagrantfile)$/;
/** Files that run by themselves: hooks of git, profiles of shells, scheduled jobs, continuous integration. */
const RUNS_LATER =
  /(?:^|\/)(?:\.git\/hooks\/[^/]+|\.husky\/[^/]+|\.githooks\/[^/]+|\.(?:bash|zsh|k|c|tc)(?:rc|env|_profile|_login|_logout|profile)|\.profile|\.zlog(?:in|out)|\.xinitrc|\.xsessionrc|\.envrc|\.gitconfig|config\.fish|crontab|cron\.[a-z]+\/[^/]+|\.github\/workflows\/[^/]+|\.gitlab-ci\.ya?ml|\.circleci\/[^/]+|\.travis\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|Jenkinsfile|\.drone\.ya?ml|\.gitea\/workflows\/[^/]+|\.pre-commit-config\.yaml|lefthook\.ya?ml)$/;
/** What stands before a command in YAML, in a git alias and in a crontab. */
const BEFORE_COMMAND =
  /^\s*(?:-\s+)?(?:["']?[\w.-]{1,40}["']?\s{0,4}[:=]\s{0,4})?(?:[|>][+-]?\s*$)?["'!]{0,2}|^(?:[\d*,/-]{1,40}\s+){5}|^@\w+\s+/;

export function isScript(path: string, text: string): boolean {
  return text.startsWith('#!') || SCRIPT.test(path);
}

export function runsLater(path: string): boolean {
  return RUNS_LATER.test(path);
}

/** Judges a file's content as what it would do when it ran. */
export function judgeContent(path: string, text: string, scene: Scene): void {
  if (!needsReading(text, scene)) return;
  if (/\.sql$/i.test(path)) {
    judgeSql(text, scene, 'sql');
    return;
  }
  judgeProgram(text, scene);
  if (scene.decided || !runsLater(path)) return;
  scene.lenient = true;
  judgeShell(
    text.replaceAll(/^.*$/gm, (line) => line.replace(BEFORE_COMMAND, '')),
    scene,
  );
  scene.lenient = false;
}
