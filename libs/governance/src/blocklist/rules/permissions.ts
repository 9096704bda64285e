import { linesOf } from '../line.ts';
import { reachOf } from '../paths/judge.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import { readFlags } from '../shell/flags.ts';

const LINES = linesOf('permission_opening', {
  'chmod-world-writable': 'It lets everyone on the machine write.',
  'chmod-recursive-root': 'It changes the permissions of a file system, a home or a system folder whole.',
  'chmod-setuid': 'It makes a program run with the rights of its owner.',
  'chown-recursive-root': 'It changes the owner of a file system, a home or a system folder whole.',
  'account-privileges': 'It gives an account the rights of an administrator.',
  'firewall-open': 'It switches off a firewall or another protection of the machine.',
  'acl-open': 'It grants access to everyone.',
});

const chmod: CommandRule = ({ args, folder }, scene) => {
  // `-x` and `-rwx` are modes here, not flags.
  const mode = args.find((arg) => !/^(-[RcvfhHLP]+|--\w[\w-]*(=.*)?)$/.test(arg)) ?? '';
  const recursive = args.some((arg) => /^-[a-zA-Z]*R[a-zA-Z]*$/.test(arg) || arg === '--recursive');
  const paths = args.filter((arg) => arg !== mode && !arg.startsWith('-'));
  if (/^[0-7]?[0-7]?[0-7]?[2367]$/.test(mode) || /(^|,)[ugo]*[oa][ugoa]*[+=][rxXst]*w/.test(mode))
    scene.deny(LINES['chmod-world-writable']);
  if (/^[4-7][0-7]{3}$/.test(mode) || /(^|,)[ugoa]*[+=][rwxX]*s/.test(mode))
    scene.deny(LINES['chmod-setuid']);
  const reaches = paths.map((path) => reachOf(path, folder, scene.cwd, scene.home));
  const whole = paths.some(
    (path, at) => reaches[at] === 'system' || (reaches[at] === 'root' && !/^(\.\/?|\*|\.\/\*)$/.test(path)),
  );
  if (recursive && whole) scene.deny(LINES['chmod-recursive-root']);
};

const chown: CommandRule = ({ args, folder }, scene) => {
  const flags = readFlags(args, new Set(['from', 'reference']));
  if (!flags.has('R', 'recursive')) return;
  const paths = flags.operands.slice(1);
  const whole = paths.some((path) => {
    const reach = reachOf(path, folder, scene.cwd, scene.home);
    return reach === 'system' || (reach === 'root' && !/^(\.\/?|\*|\.\/\*)$/.test(path));
  });
  if (whole) scene.deny(LINES['chown-recursive-root']);
};

const setfacl: CommandRule = ({ args }, scene) => {
  if (
    args.some((arg) => /(^|,)(d:|default:)?(o|other)::?[r-]?w/.test(arg) || /^(-b|--remove-all)$/.test(arg))
  )
    scene.deny(LINES['acl-open']);
};

const PRIVILEGED = /^(?:sudo|wheel|admin|root|docker|lxd|disk|shadow|adm|administrators)(?:,|$)/i;

const groups: CommandRule = ({ name, args }, scene) => {
  const flags = readFlags(args, new Set(['G', 'groups', 'g', 'gid', 'u', 'uid', 's', 'd', 'c', 'p']));
  const value = flags.value('G', 'groups', 'g', 'gid') ?? '';
  const named =
    name === 'gpasswd' || name === 'adduser' || name === 'addgroup' ? flags.operands.slice(-1) : [];
  if (
    [value, ...named, ...(name === 'gpasswd' ? args : [])].some((group) => PRIVILEGED.test(group)) &&
    !(name === 'adduser' && flags.operands.length < 2)
  )
    scene.deny(LINES['account-privileges']);
  if (flags.value('u', 'uid') === '0' && args.some((arg) => /^(-o|--non-unique)$/.test(arg)))
    scene.deny(LINES['account-privileges']);
};

const net: CommandRule = ({ args }, scene) => {
  const line = args.join(' ').toLowerCase();
  if (/\/add\b/.test(line) && /^(user|localgroup|group)\b/.test(line))
    scene.deny(LINES['account-privileges']);
  if (/^(stop)\b/.test(line)) scene.deny(LINES['firewall-open']);
};

const any =
  (pattern: RegExp, line: keyof typeof LINES): CommandRule =>
  ({ args }, scene) => {
    if (pattern.test(args.join(' '))) scene.deny(LINES[line]);
  };

const ACCOUNT_FILES = /^\/etc\/(?:sudoers(?:\.d\/|$)|pam\.d\/|doas\.conf$|ssh\/sshd_config)/;

/** Writes to the files that say who is an administrator. */
export const judgeAccountFiles: CommandRule = ({ name, args, redirects }, scene) => {
  const written = redirects.filter(({ write }) => write).map(({ target }) => target);
  if (name === 'tee') written.push(...args);
  else if (/^(?:cp|mv|install|ln|sed|dd|rsync)$/.test(name))
    written.push(args.at(-1)?.replace(/^of=/, '') ?? '');
  if (written.some((path) => ACCOUNT_FILES.test(path))) scene.deny(LINES['account-privileges']);
};

export const permissionRules: readonly RuleFamily[] = [
  { programs: 'chmod gchmod', rule: chmod },
  { programs: 'chown chgrp gchown', rule: chown },
  { programs: 'setfacl', rule: setfacl },
  { programs: 'usermod useradd adduser gpasswd addgroup', rule: groups },
  {
    programs: 'visudo',
    rule: ({ args }, scene) => {
      if (!args.some((arg) => /^(-c|--check)$/.test(arg))) scene.deny(LINES['account-privileges']);
    },
  },
  { programs: 'net net1', rule: net },
  {
    programs: 'setcap',
    rule: any(/cap_(?:setuid|sys_admin|dac_override|sys_ptrace|setgid|chown)|=ep?\b/, 'chmod-setuid'),
  },
  { programs: 'chattr', rule: any(/^(?:\S+ )*-[a-zA-Z]*[ia]/, 'firewall-open') },
  {
    programs: 'iptables ip6tables ebtables arptables',
    rule: any(
      /(?:^|\s)(?:-F|--flush|-X|--delete-chain|-Z|(?:-P|--policy) (?:INPUT|FORWARD|OUTPUT) ACCEPT)(?:\s|$)/,
      'firewall-open',
    ),
  },
  { programs: 'nft', rule: any(/\b(?:flush|delete|destroy) (?:ruleset|table|chain)/, 'firewall-open') },
  { programs: 'ufw', rule: any(/\b(?:disable|reset)\b/, 'firewall-open') },
  { programs: 'pfctl', rule: any(/(?:^|\s)-[a-zA-Z]*[dF]/, 'firewall-open') },
  { programs: 'setenforce', rule: any(/^(?:0|permissive)$/i, 'firewall-open') },
  {
    programs: 'aa-teardown aa-disable aa-complain',
    rule: (_, scene) => scene.deny(LINES['firewall-open']),
  },
  { programs: 'csrutil', rule: any(/\bdisable\b/, 'firewall-open') },
  { programs: 'spctl', rule: any(/--(?:master|global)-disable/, 'firewall-open') },
  { programs: 'auditctl', rule: any(/(?:^|\s)(?:-D|-e 0)(?:\s|$)/, 'firewall-open') },
  {
    programs: 'netsh',
    rule: any(/\b(?:state off|opmode disable|advfirewall reset|firewall reset)\b/i, 'firewall-open'),
  },
  { programs: 'set-mppreference', rule: any(/disable|exclusion/i, 'firewall-open') },
  { programs: 'set-executionpolicy', rule: any(/unrestricted|bypass/i, 'firewall-open') },
  { programs: 'xhost', rule: any(/^\+\s*$/, 'acl-open') },
  { programs: 'icacls cacls', rule: any(/\b(?:everyone|users):(?:\([a-z]{1,3}\)){0,4}\(?f\b/i, 'acl-open') },
  { programs: 'takeown', rule: any(/\/f\s+[a-z]:\\?(?:\s|$|windows)/i, 'acl-open') },
];
