import { linesOf } from '../line.ts';
import { resolvePath } from '../paths/normalise.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { readFlags } from '../shell/flags.ts';
import { hasUnknown } from '../shell/unknown.ts';
import { gitSubcommand } from './git.ts';

const LINES = linesOf('startup_persistence', {
  'cron-change': 'It changes what the machine runs on a schedule.',
  'startup-file': 'It writes where programs are started at boot or at login.',
  'shell-profile': 'It makes every new shell run something.',
  'service-install': 'It installs a program that starts by itself.',
  'git-hook': 'It makes git run a program.',
  'login-key': 'It adds a key that can log in to the machine.',
});

const STARTUP =
  /^\/etc\/(?:cron[\w.]*|rc\.local|rc\d?\.d|init\.d|init|systemd\/(?:system|user)|profile\.d|xdg\/autostart|ld\.so\.preload|update-motd\.d|inittab|anacrontab|at\.allow)(?:\/|$)|^\/(?:usr\/)?lib\/systemd\/(?:system|user)\/|^\/var\/spool\/cron|\/\.config\/(?:systemd\/user|autostart)(?:\/|$)|\/Library\/Launch(?:Agents|Daemons)(?:\/|$)|\/Start Menu\/Programs\/Startup/i;
const LOGIN_KEYS = /\/\.ssh\/(?:authorized_keys2?|rc)$/;
const PROFILES =
  /\/\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|xinitrc|xprofile|xsessionrc|inputrc|login)$|\/\.config\/fish\/(?:config\.fish|conf\.d\/)|^\/etc\/(?:profile|bash\.bashrc|bashrc|zshrc|zshenv|environment)$/;
const GIT_HOOK = /(?:^|\/)\.git\/hooks\/[^/]+$/;
/** What belongs into a profile: variables, aliases, options, and tools that print such lines. */
const SETTINGS =
  /^\s*(?:$|#|export\s|alias\s|unalias\s|set\s|setopt\s|shopt\s|umask\s|source\s+[~$"./\w-]*(?:env|completion|nvm|sdkman|cargo|fzf|asdf)|\.\s+"?[$~/.\w-]*env|[A-Za-z_]\w*=|eval\s+"?\$\((?:ssh-agent|\S*brew|pyenv|rbenv|nodenv|direnv|starship|zoxide|fnm|mise|fzf|dircolors|thefuck|asdf|conda|npm|gh)\b|path\+?=|autoload\s|compinit|bindkey\s|plugins=|fpath|\[\s|\[\[\s|if\s|fi\b|then\b|else\b|test\s)/;
const STARTS =
  /[`&]\s*$|\bnohup\b|\bcurl\b|\bwget\b|\bnc\b|\/dev\/tcp|\bbash\s+-i\b|base64|\bpython\d?\s+-c|\beval\s+"?\$\((?:curl|wget)/;

/** Where a written file makes something start by itself. Only by its place: profiles are judged by what is written. */
export function startsByItself(path: string): boolean {
  return STARTUP.test(path) || LOGIN_KEYS.test(path);
}

/** Denies a file tool's write to a place that only starts things. */
export function judgeStartupWrite(path: string, folder: string, scene: Scene): void {
  const full = resolvePath(folder, path, scene.home);
  if (LOGIN_KEYS.test(full)) scene.deny(LINES['login-key']);
  if (STARTUP.test(full)) scene.deny(LINES['startup-file']);
}

/** Writes by redirection and by the programs that copy. */
export const judgePersistence: CommandRule = ({ name, args, redirects, folder, stdin, remote }, scene) => {
  const targets = redirects.filter(({ write }) => write).map(({ target }) => target);
  if (/^(?:tee|cp|mv|install|ln|rsync|scp|dd)$/.test(name)) targets.push(...writtenBy(name, args));
  if (name === 'sed' && args.some((arg) => /^(?:-[a-zA-Z]*i|--in-place)/.test(arg)))
    targets.push(...args.filter((arg) => !arg.startsWith('-')).slice(-1));
  for (const target of targets) {
    const path = resolvePath(folder, target, scene.home);
    judgeStartupWrite(target, folder, scene);
    if (GIT_HOOK.test(path) && !path.endsWith('.sample') && !remote) scene.deny(LINES['git-hook']);
    if (!PROFILES.test(path)) continue;
    const text =
      name === 'echo' || name === 'printf'
        ? args.join(' ')
        : name === 'cat' || name === 'tee' || name === ''
          ? stdin
          : null;
    if (name === 'sed') continue;
    if (
      text === null ||
      text === undefined ||
      hasUnknown(text[0] ?? '') ||
      !text.split('\n').every((line) => SETTINGS.test(line.replace(/^-e\s+/, ''))) ||
      STARTS.test(text)
    ) {
      scene.deny(LINES['shell-profile']);
    }
  }
};

function writtenBy(name: string, args: readonly string[]): string[] {
  if (name === 'dd') return args.filter((arg) => arg.startsWith('of=')).map((arg) => arg.slice(3));
  const flags = readFlags(args, new Set(['t', 'target-directory', 'm', 'mode', 'o', 'g', 'e', 'rsh']));
  if (name === 'tee') return [...flags.operands];
  const target = flags.value('t', 'target-directory') ?? flags.operands.at(-1);
  return target === undefined ? [] : [target];
}

const crontab: CommandRule = ({ args }, scene) => {
  if (!args.some((arg) => /^-[a-z]*l$/.test(arg)) || args.includes('-r')) scene.deny(LINES['cron-change']);
};

const systemctl: CommandRule = ({ args }, scene) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (/^(?:edit|link|set-default|add-wants|add-requires|preset-all)$/.test(words[0] ?? ''))
    scene.deny(LINES['service-install']);
  if (words[0] === 'enable' && words.slice(1).some((unit) => unit.includes('/')))
    scene.deny(LINES['service-install']);
};

const schtasks: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^\/(?:create|change|delete)$/i.test(arg))) scene.deny(LINES['cron-change']);
};

const reg: CommandRule = ({ args }, scene) => {
  if (/^add$/i.test(args[0] ?? '') && args.some((arg) => /\\(?:run|runonce|winlogon|services)\b/i.test(arg)))
    scene.deny(LINES['service-install']);
};

const GIT_RUNS =
  /^(?:core\.(?:hookspath|fsmonitor|sshcommand|pager|editor|gitproxy)|alias\.\S+|sequence\.editor|credential\.helper|diff\.external|filter\.\S+\.(?:clean|smudge)|init\.templatedir|gpg\.program)$/i;

const git: CommandRule = ({ args }, scene) => {
  const { name, args: rest, config } = gitSubcommand(args);
  for (const entry of config) {
    const at = entry.indexOf('=');
    if (at > 0 && GIT_RUNS.test(entry.slice(0, at)) && /[;&|`$!/]/.test(entry.slice(at + 1)))
      scene.deny(LINES['git-hook']);
  }
  if (name !== 'config') return;
  const words = rest.filter((arg) => !arg.startsWith('-'));
  const at = words.findIndex((word) => GIT_RUNS.test(word));
  const value = at < 0 ? undefined : words[at + 1];
  if (value === undefined) return;
  if (
    /^(?:core\.hookspath|init\.templatedir)$/i.test(words[at]!)
      ? /^[/~]/.test(value)
      : /^!|[;&|`]|\$\(/.test(value)
  )
    scene.deny(LINES['git-hook']);
};

const launchctl: CommandRule = ({ args }, scene) => {
  if (/^(?:load|bootstrap|enable|submit)$/.test(args[0] ?? '')) scene.deny(LINES['service-install']);
};

const sc: CommandRule = ({ args }, scene) => {
  if (/^(?:create|config)$/i.test(args[0] ?? '')) scene.deny(LINES['service-install']);
};

export const persistenceRules: readonly RuleFamily[] = [
  { programs: 'crontab', rule: crontab },
  {
    programs: 'at batch',
    rule: ({ args }, scene) => {
      if (!args.some((arg) => /^-(?:l|V|c)$/.test(arg))) scene.deny(LINES['cron-change']);
    },
  },
  { programs: 'systemctl', rule: systemctl },
  {
    programs: 'systemd-run',
    rule: ({ args }, scene) => {
      if (args.some((arg) => arg.startsWith('--on-'))) scene.deny(LINES['cron-change']);
    },
  },
  { programs: 'schtasks', rule: schtasks },
  { programs: 'reg', rule: reg },
  { programs: 'git', rule: git },
  { programs: 'launchctl', rule: launchctl },
  { programs: 'sc', rule: sc },
  {
    programs: 'new-service register-scheduledtask',
    rule: (_, scene) => scene.deny(LINES['service-install']),
  },
  {
    programs: 'update-rc.d chkconfig',
    rule: ({ args }, scene) => {
      if (args.some((arg) => /^(?:defaults|enable|on|--add)$/.test(arg)))
        scene.deny(LINES['service-install']);
    },
  },
  {
    programs: 'ssh-copy-id',
    rule: ({ args }, scene) => {
      if (args.length > 0) scene.deny(LINES['login-key']);
    },
  },
];
