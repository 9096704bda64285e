import { linesOf } from '../line.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import { isSocket } from '../shell/socket.ts';
import { DECODED, NETWORK } from '../shell/unknown.ts';

const LINES = linesOf('remote_code_execution', {
  'reverse-shell': 'It gives a shell to another machine.',
  'fetched-script': 'It runs what it fetches from the network.',
});

/** A redirection to a socket, or an argument that came from the network where code is expected. */
export const judgeReverseShell: CommandRule = ({ name, args, redirects }, scene) => {
  if (redirects.some(({ target }) => isSocket(target))) scene.deny(LINES['reverse-shell']);
  const runs =
    /^(?:sh|bash|zsh|dash|ksh|fish|ash|eval|source|\.|python|node|perl|ruby|php|iex|invoke-expression)$/.test(
      name,
    );
  if (runs && args.some((arg) => arg.includes(NETWORK) || arg.includes(DECODED)))
    scene.deny(LINES['fetched-script']);
};

const netcat: CommandRule = ({ args, stdin }, scene) => {
  const starts = args.some(
    (arg, at) =>
      /^(--exec|--sh-exec|--lua-exec|-[a-z]*[ec])$/.test(arg) &&
      /sh|cmd|powershell|\//.test(args[at + 1] ?? ''),
  );
  if (
    starts ||
    args.some((arg) => /^--(sh-)?exec=/.test(arg)) ||
    (stdin !== null && args.some((arg) => /mkfifo/.test(arg)))
  )
    scene.deny(LINES['reverse-shell']);
};

const socat: CommandRule = ({ args }, scene) => {
  if (
    args.some((arg) => /^(exec|system|shell):/i.test(arg)) &&
    args.some((arg) => /^(tcp|udp|openssl|sctp)/i.test(arg))
  )
    scene.deny(LINES['reverse-shell']);
};

const invoke: CommandRule = ({ args, stdin }, scene) => {
  if (
    [...args, stdin ?? ''].some(
      (text) =>
        text.includes(NETWORK) ||
        text.includes(DECODED) ||
        /downloadstring|downloadfile|webclient|invoke-webrequest|frombase64string|\biwr\b|\birm\b/i.test(
          text,
        ),
    )
  )
    scene.deny(LINES['fetched-script']);
};

export const downloadRules: readonly RuleFamily[] = [
  { programs: 'nc ncat netcat', rule: netcat },
  { programs: 'socat', rule: socat },
  { programs: 'iex invoke-expression', rule: invoke },
  {
    programs: 'mshta',
    rule: ({ args }, scene) => {
      if (args.some((arg) => /^(https?:|javascript:|vbscript:)/i.test(arg)))
        scene.deny(LINES['fetched-script']);
    },
  },
  {
    programs: 'regsvr32 rundll32',
    rule: ({ args }, scene) => {
      if (args.some((arg) => /https?:|javascript:/i.test(arg))) scene.deny(LINES['fetched-script']);
    },
  },
];
