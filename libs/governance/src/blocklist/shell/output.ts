import { resolvePath } from '../paths/normalise.ts';
import type { Scene } from '../scene.ts';
import type { ShellCommand } from './command.ts';
import { findArguments } from './find-arguments.ts';
import { isSocket } from './socket.ts';
import { DECODED, HOLE, hasUnknown, NETWORK } from './unknown.ts';

const FETCHERS = new Set(
  'curl wget fetch aria2c http https xh httpie lynx w3m links nc ncat netcat socat telnet ftp iwr irm invoke-webrequest invoke-restmethod'.split(
    ' ',
  ),
);
const OURS = /gatehouse/i;
/** Something unknown that was looked up by our name: a process id, a path. */
const SELF = `${HOLE}gatehouse`;
/** Programs that pass text on, changed or not: what came from the network still does. */
const PASSING = new Set(
  'cat tee tr sed grep egrep fgrep rg awk gawk head tail sort uniq cut rev tac fold gunzip zcat gzip bzip2 bzcat xz xzcat zstd unzip jq yq perl pv dos2unix iconv nl paste column'.split(
    ' ',
  ),
);
const DECODERS = new Set('base64 base32 openssl xxd gpg uudecode base64url gbase64 basenc hex'.split(' '));

/** What a program prints, as far as it can be known without running it. */
export function outputOf(command: ShellCommand, scene: Scene): string {
  const { name, args, stdin } = command;
  if (name === 'echo')
    return `${args.filter((arg, index) => index > 0 || !/^-[neE]+$/.test(arg)).join(' ')}\n`;
  if (name === 'printf') return printed(args);
  if (name === 'pwd') return command.folder.startsWith('/') ? command.folder : '.';
  if (name === 'mktemp') return '/tmp/mktemp.x';
  if (name === 'which' || name === 'type' || name === 'whereis') return args.at(-1) ?? HOLE;
  if (name === 'realpath' || name === 'readlink' || name === 'dirname' || name === 'basename')
    return pathOutput(name, args);
  if (name === 'git' && args.includes('--show-toplevel')) return '.';
  if (name === 'ls' && args.some((arg) => /^-[a-zA-Z]*d|[*?]/.test(arg)))
    return `${args.filter((arg) => !arg.startsWith('-')).join('\n')}\n`;
  if (name === 'find') return found(args);
  if (OURS.test(args.join(' ')) && /^(?:pgrep|pidof|ps|grep|egrep|rg|awk|lsof|ss)$/.test(name)) return SELF;
  if (FETCHERS.has(name)) return fetched(command, scene);
  if (DECODERS.has(name)) return decoded(name, args, stdin);
  if (!PASSING.has(name)) return HOLE;
  return passed(command, scene);
}

function passed({ name, args, stdin, folder }: ShellCommand, scene: Scene): string {
  const files = name === 'cat' || name === 'tac' ? args.filter((arg) => !arg.startsWith('-')) : [];
  if (files.length > 0) return files.map((file) => contentOf(file, folder, scene)).join('');
  const text = stdin ?? HOLE;
  if (name === 'tee') {
    for (const file of args)
      if (!file.startsWith('-')) scene.remember(resolvePath(folder, file, scene.home), text);
    return text;
  }
  if (name === 'cat') return text;
  if (name === 'rev' && !hasUnknown(text))
    return text
      .split('\n')
      .map((line) => line.split('').reverse().join(''))
      .join('\n');
  if (name === 'tr' && args.length === 2 && !hasUnknown(text)) return translated(text, args[0]!, args[1]!);
  if (text.includes(NETWORK)) return NETWORK;
  if (text.includes(DECODED)) return DECODED;
  if (text.includes(SELF)) return SELF;
  // Changed in a way we do not follow: what is piped into an interpreter after that is as good as encoded.
  return hasUnknown(text) || name === 'head' || name === 'tail' || name === 'sort' || name === 'grep'
    ? HOLE
    : DECODED;
}

function contentOf(file: string, folder: string, scene: Scene): string {
  if (isSocket(file)) return NETWORK;
  if (file.startsWith('/dev/fd/')) return file.slice(8);
  return scene.files.get(resolvePath(folder, file, scene.home)) ?? HOLE;
}

/** What `find` prints: everything in a folder where nothing chooses among it, else some files below it. */
function found(args: readonly string[]): string {
  const { starts, takesAll } = findArguments(args);
  return starts.map((start) => `${start}/${takesAll ? '*' : `**/${HOLE}`}\n`).join('');
}

/** `curl -o file` and `wget url` leave a file that came from the network. */
function fetched({ name, args, folder }: ShellCommand, scene: Scene): string {
  const put = (file: string): void => scene.remember(resolvePath(folder, file, scene.home), NETWORK);
  const urls = args.filter((arg) => !arg.startsWith('-') && /[/.]/.test(arg));
  for (const [at, arg] of args.entries()) {
    const next = args[at + 1];
    if (
      /^(-[A-Za-z]*o|--output|--output-document|-[A-Za-z]*O)$/.test(arg) &&
      next !== undefined &&
      !(name === 'curl' && arg.endsWith('O'))
    )
      put(next);
    else if (/^--output(-document)?=/.test(arg)) put(arg.slice(arg.indexOf('=') + 1));
  }
  const saves =
    name === 'wget' || name === 'aria2c' || args.some((arg) => /^(-[A-Za-z]*O|--remote-name)$/.test(arg));
  if (saves)
    for (const url of urls)
      put(
        url
          .replace(/[?#].*$/s, '')
          .split('/')
          .at(-1) ?? '',
      );
  return NETWORK;
}

function decoded(name: string, args: readonly string[], stdin: string | null): string {
  const decodes =
    args.some((arg) => /^-(d|D|r|di|r?p|decode|-decode)$|^--decode$|^-[a-z]*d$|^-r/.test(arg)) ||
    name === 'uudecode' ||
    (name === 'gpg' && args.length > 0);
  const text = stdin;
  if (!decodes) return HOLE;
  if (text === null) return DECODED;
  if (text.includes(NETWORK)) return NETWORK;
  if (hasUnknown(text)) return DECODED;
  if (
    name === 'base64' ||
    name === 'gbase64' ||
    (name === 'openssl' && args.some((arg) => /base64/.test(arg)))
  ) {
    return Buffer.from(text, 'base64').toString('utf8');
  }
  if (name === 'xxd') return Buffer.from(text.replace(/[^0-9a-fA-F]/g, ''), 'hex').toString('utf8');
  return DECODED;
}

/** What `printf` prints. */
export function printed(args: readonly string[]): string {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args;
  if (format === undefined) return '';
  const escapes = format
    .replace(/\\x([0-9a-fA-F]{1,2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\0?([0-7]{1,3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
  let next = 0;
  let text = '';
  do {
    text += escapes.replace(/%[-\d.]*[sbqd]/g, () => values[next++] ?? '').replaceAll('%%', '%');
  } while (next > 0 && next < values.length && text.length < 65_536);
  return text;
}

/** `a-z` to `n-za-m` and plain sets, as `tr` reads them. */
function translated(text: string, from: string, to: string): string {
  const source = expand(from);
  const target = expand(to);
  if (target.length === 0) return HOLE;
  let result = '';
  for (const char of text) {
    const at = source.lastIndexOf(char);
    result += at < 0 ? char : (target[Math.min(at, target.length - 1)] ?? char);
  }
  return result;
}

function expand(set: string): string {
  return set.replace(/(.)-(.)/g, (_, first: string, last: string) => {
    let chars = '';
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0) && chars.length < 256; code++)
      chars += String.fromCharCode(code);
    return chars;
  });
}

function pathOutput(name: string, args: readonly string[]): string {
  const path = args.findLast((arg) => !arg.startsWith('-')) ?? '.';
  if (name === 'dirname') return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
  return name === 'basename' ? path.slice(path.lastIndexOf('/') + 1) : path;
}
