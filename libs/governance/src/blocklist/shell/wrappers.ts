/**
 * Programs that start another one. Each entry says how to find the command inside their own arguments; what is
 * not listed is taken for a program of its own.
 */
export type Peeled =
  | PeeledOf<'argv', { readonly argv: readonly string[] }>
  | PeeledOf<'script', { readonly script: string }>;

type PeeledOf<Kind extends string, Inner> = Inner & {
  readonly kind: Kind;
  readonly remote: boolean;
  /** Rules look at the wrapper itself too, with these of its arguments. */
  readonly keep: boolean;
  readonly own: readonly string[];
};

interface Wrapper {
  /** Flags that take the next word. */
  readonly values?: string;
  /** Operands before the command: the duration of `timeout`, the container of `docker exec`. */
  readonly skip?: number;
  /** `NAME=value` words before the command. */
  readonly assignments?: boolean;
  /** The command is one shell string, or words that are joined to one. */
  readonly joined?: boolean;
  /** Flags whose value is a shell string, instead of a command in the operands. */
  readonly scripts?: string;
  /** The command begins after a `--`. */
  readonly dashes?: boolean;
  readonly remote?: boolean;
  /** Subcommand words that must come first: `exec` of `docker exec`. */
  readonly after?: string;
  /** Rules look at the wrapper itself too. */
  readonly keep?: boolean;
}

const DOCKER_RUN =
  'a add-host annotation blkio-weight c cpu-shares cap-add cap-drop cgroup-parent cidfile cpus cpuset-cpus device dns e env env-file ' +
  'entrypoint expose gpus group-add h hostname health-cmd ip ipc isolation l label label-file link log-driver log-opt m memory ' +
  'mac-address mount name net network network-alias oom-score-adj p publish pid pids-limit platform pull restart runtime ' +
  'security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs u user ulimit userns uts v volume volumes-from w workdir';
const DOCKER_EXEC = 'e env env-file u user w workdir detach-keys index';
const KUBECTL =
  'n namespace c container context kubeconfig cluster f filename l selector s server token user pod-running-timeout';

const WRAPPERS: Readonly<Record<string, readonly Wrapper[]>> = {
  sudo: [
    {
      values:
        'u user g group h host p prompt C close-from T command-timeout r role t type D chdir R chroot U other-user',
      assignments: true,
    },
  ],
  doas: [{ values: 'u C', assignments: true }],
  pkexec: [{ values: 'user' }],
  gosu: [{ skip: 1 }],
  'su-exec': [{ skip: 1 }],
  su: [
    {
      values: 'g group G supp-group s shell w whitelist-environment',
      scripts: 'c command session-command',
      keep: true,
    },
  ],
  runuser: [{ values: 'u g G s', scripts: 'c command session-command' }, { values: 'u g G s' }],
  sg: [{ skip: 1, joined: true, scripts: 'c' }],
  env: [
    { values: 'u unset C chdir', scripts: 'S split-string', assignments: true },
    { values: 'u unset C chdir S split-string', assignments: true },
  ],
  nice: [{ values: 'n adjustment' }],
  ionice: [{ values: 'c class n classdata p pid' }],
  chrt: [{ values: 'T P D', skip: 1 }],
  taskset: [{ skip: 1 }],
  numactl: [{ values: 'm N C cpunodebind membind physcpubind' }],
  timeout: [{ values: 'k kill-after s signal', skip: 1 }],
  gtimeout: [{ values: 'k kill-after s signal', skip: 1 }],
  nohup: [{}],
  stdbuf: [{ values: 'i o e input output error' }],
  unbuffer: [{}],
  setsid: [{}],
  time: [{ values: 'f format o output' }],
  builtin: [{}],
  command: [{}],
  exec: [{ values: 'a' }],
  coproc: [{}],
  chroot: [{ skip: 1, remote: true }],
  unshare: [
    {
      values:
        'S G w R map-user map-group map-users map-groups propagation setgroups boottime monotonic root wd',
    },
  ],
  nsenter: [{ values: 't target S G r w setuid setgid root wd' }],
  setpriv: [{ values: 'reuid regid groups inh-caps ambient-caps bounding-set securebits pdeathsig' }],
  firejail: [{}],
  bwrap: [{ dashes: true, keep: true }],
  proot: [{ values: 'r R S b w' }],
  fakeroot: [{}],
  strace: [{ values: 'e o p s u E P a b I O S X' }],
  ltrace: [{ values: 'e o p s u n l a A x' }],
  gdb: [{ dashes: true }],
  valgrind: [{}],
  perf: [{ after: 'stat record trace', values: 'e o p F' }],
  script: [{ scripts: 'c command', values: 'E I O B o T m', keep: true }],
  flock: [
    { values: 'w wait timeout E conflict-exit-code', scripts: 'c command', skip: 1 },
    { values: 'w wait timeout E conflict-exit-code', skip: 1 },
  ],
  watch: [{ values: 'n interval', joined: true }],
  hyperfine: [
    {
      values: 'w warmup m min-runs M max-runs r runs export-json export-markdown n command-name L P',
      joined: true,
      scripts: 'p prepare c cleanup s setup',
    },
    { values: 'w m M r', joined: true },
  ],
  entr: [{}],
  nodemon: [{ values: 'w watch e ext i ignore', scripts: 'x exec' }],
  caffeinate: [{ values: 't w' }],
  rlwrap: [{}],
  systemd: [{}],
  'systemd-run': [
    {
      values: 'u unit p property uid gid slice E setenv on-calendar on-active on-boot working-directory M H',
      keep: true,
    },
  ],
  'systemd-inhibit': [{ values: '' }],
  cgexec: [{ values: 'g' }],
  busybox: [{}],
  toybox: [{}],
  'ld-linux-x86-64.so.2': [{}],
  'ld.so': [{}],
  parallel: [
    {
      values: 'j jobs N n L l a arg-file C colsep d delimiter results joblog S sshlogin I tmpdir workdir',
      keep: true,
    },
  ],
  xargs: [
    { values: 'I n P L d E s a max-args max-procs max-lines delimiter replace arg-file eof', keep: true },
  ],
  ssh: [
    {
      values: 'B b c D E e F I i J L l m O o P p Q R S W w',
      skip: 1,
      joined: true,
      remote: true,
      keep: true,
    },
  ],
  sshpass: [{ values: 'f d p P' }],
  autossh: [{ values: 'M B b c D E e F I i J L l m O o p R S W w', skip: 1, joined: true, remote: true }],
  mosh: [{ skip: 1, remote: true }],
  docker: [
    { after: 'exec', values: DOCKER_EXEC, skip: 1, remote: true, keep: true },
    { after: 'container', skip: 0, keep: true },
    { after: 'run create', values: DOCKER_RUN, skip: 1, remote: true, keep: true },
    { after: 'compose', values: 'f file p project-name profile env-file project-directory', keep: true },
  ],
  'docker-compose': [
    {
      after: 'exec run',
      values: `${DOCKER_EXEC} f file p project-name name entrypoint v volume l label`,
      skip: 1,
      remote: true,
      keep: true,
    },
  ],
  kubectl: [
    { after: 'exec run debug', values: `${KUBECTL} image`, dashes: true, remote: true, keep: true },
    { after: 'exec', values: KUBECTL, skip: 1, remote: true, keep: true },
  ],
  oc: [
    { after: 'exec rsh run debug', values: KUBECTL, dashes: true, remote: true, keep: true },
    { after: 'rsh exec', values: KUBECTL, skip: 1, remote: true, keep: true },
  ],
  lxc: [{ after: 'exec', dashes: true, remote: true, keep: true }],
  incus: [{ after: 'exec', dashes: true, remote: true, keep: true }],
  adb: [{ after: 'shell', joined: true, remote: true, keep: true }],
  vagrant: [{ after: 'ssh', scripts: 'c command', remote: true, keep: true }],
  multipass: [{ after: 'exec', skip: 1, remote: true, keep: true }],
  limactl: [{ after: 'shell', skip: 1, remote: true, keep: true }],
  heroku: [{ after: 'run run:detached', values: 'a app', remote: true, keep: true }],
  fly: [{ after: 'ssh', scripts: 'C command', remote: true, keep: true }],
  gcloud: [{ scripts: 'command', remote: true, keep: true }],
  tmux: [
    {
      after: 'new-session new new-window neww split-window splitw respawn-pane run-shell run',
      values: 's t n c x y F e',
      joined: true,
      keep: true,
    },
    { after: 'send-keys send', values: 't N', joined: true, keep: true },
  ],
  screen: [{ values: 'S t s T h p', keep: true }],
  npx: [
    { scripts: 'c call', values: 'p package w workspace', keep: true },
    { values: 'p package w workspace', keep: true },
  ],
  pnpx: [{ keep: true }],
  bunx: [{ keep: true }],
  npm: [
    { after: 'exec x', scripts: 'c call', values: 'p package w workspace', keep: true },
    { after: 'exec x', values: 'p package w workspace', keep: true },
  ],
  pnpm: [{ after: 'exec dlx', values: 'C dir filter F', keep: true }],
  yarn: [{ after: 'exec dlx', values: 'p package', keep: true }],
  bun: [{ after: 'x', keep: true }],
  uv: [{ after: 'run', values: 'p python with extra group m module', keep: true }],
  poetry: [{ after: 'run', keep: true }],
  pipenv: [{ after: 'run', keep: true }],
  pdm: [{ after: 'run', keep: true }],
  rye: [{ after: 'run', keep: true }],
  hatch: [{ after: 'run', keep: true }],
  conda: [{ after: 'run', values: 'n name p prefix cwd', keep: true }],
  mamba: [{ after: 'run', values: 'n name p prefix cwd', keep: true }],
  bundle: [{ after: 'exec', keep: true }],
  rbenv: [{ after: 'exec', keep: true }],
  pyenv: [{ after: 'exec', keep: true }],
  nvm: [{ after: 'exec', skip: 1, keep: true }],
  mise: [{ after: 'exec x', dashes: true, keep: true }],
  direnv: [{ after: 'exec', skip: 1, keep: true }],
  dotenv: [
    { values: 'e f', keep: true },
    { dashes: true, keep: true },
  ],
  op: [{ after: 'run', dashes: true, keep: true }],
  doppler: [
    { after: 'run', scripts: 'command', dashes: true, keep: true },
    { after: 'run', dashes: true, keep: true },
  ],
  infisical: [
    { after: 'run', scripts: 'command', dashes: true, keep: true },
    { after: 'run', dashes: true, keep: true },
  ],
  'aws-vault': [{ after: 'exec', dashes: true, keep: true }],
  chamber: [{ after: 'exec', dashes: true, keep: true }],
  nix: [{ after: 'develop shell', scripts: 'c command', keep: true }],
  'nix-shell': [{ scripts: 'run command', keep: true }],
  wsl: [{ values: 'd u', keep: true }],
  'cross-env': [{ assignments: true }],
  'start-stop-daemon': [{ dashes: true, keep: true }],
};

const READY = new Map(
  Object.entries(WRAPPERS).map(([name, wrappers]) => [
    name,
    wrappers.map((wrapper) => ({
      ...wrapper,
      values: new Set([...words(wrapper.values), ...words(wrapper.scripts)]),
      scripts: new Set(words(wrapper.scripts)),
      after: words(wrapper.after),
    })),
  ]),
);

/** Whether a program of this name may start another. */
export function isWrapper(name: string): boolean {
  return READY.has(name);
}

/** The command that `argv` starts, when its program only wraps another; null when it is a program of its own. */
export function peel(name: string, argv: readonly string[]): Peeled | null {
  const wrappers = READY.get(name);
  if (wrappers === undefined) return null;
  for (const wrapper of wrappers) {
    const peeled = peelOne(wrapper, argv);
    if (peeled !== null) return peeled;
  }
  return null;
}

type Ready = Omit<Wrapper, 'values' | 'scripts' | 'after'> & {
  readonly values: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  readonly after: readonly string[];
};

function peelOne(wrapper: Ready, argv: readonly string[]): Peeled | null {
  const remote = wrapper.remote === true;
  const keep = wrapper.keep === true;
  let at = 1;
  if (wrapper.after.length > 0) {
    at = argv.findIndex((word, index) => index > 0 && index < 8 && wrapper.after.includes(word)) + 1;
    if (at === 0) return null;
  }
  if (wrapper.scripts.size > 0) {
    const script = scriptOf(wrapper.scripts, argv, at);
    if (script !== null) return { kind: 'script', script, remote, keep, own: argv.slice(1) };
    if (!wrapper.joined) return null;
  }
  let start: number;
  if (wrapper.dashes === true) {
    start = argv.indexOf('--', at) + 1;
    if (start === 0) return null;
  } else {
    start = skipFlags(argv, at, wrapper);
    for (let skipped = 0; skipped < (wrapper.skip ?? 0); skipped++)
      start = skipFlags(argv, start + 1, wrapper);
  }
  const inner = argv.slice(start);
  if (inner.length === 0) return null;
  // What runs elsewhere says nothing about this machine's paths.
  const own = argv.slice(1, remote ? start : undefined);
  return wrapper.joined === true
    ? { kind: 'script', script: inner.join(' '), remote, keep, own }
    : { kind: 'argv', argv: inner, remote, keep, own };
}

/** The index of the first word that is neither a flag, a flag's value nor (where they may stand) an assignment. */
function skipFlags(argv: readonly string[], from: number, wrapper: Ready): number {
  let at = from;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === '--') return at + 1;
    if (word.startsWith('-') && word.length > 1) {
      if (takesNext(word, wrapper.values)) at++;
    } else if (!(wrapper.assignments === true && /^\w+=/.test(word))) {
      break;
    }
  }
  return at;
}

function takesNext(word: string, values: ReadonlySet<string>): boolean {
  if (word.startsWith('--')) return !word.includes('=') && values.has(word.slice(2));
  // In a cluster only the last letter can still want a value: `-it`, but `-n5` carries its own.
  const first = [...word.slice(1)].findIndex((letter) => values.has(letter));
  return values.has(word.slice(1)) || (first >= 0 && first === word.length - 2);
}

function scriptOf(flags: ReadonlySet<string>, argv: readonly string[], from: number): string | null {
  for (let at = from; at < argv.length; at++) {
    const word = argv[at]!;
    if (!word.startsWith('-')) continue;
    const equals = word.indexOf('=');
    const name = word.replace(/^-+/, '').replace(/=.*$/s, '');
    if (flags.has(name)) return equals > 0 ? word.slice(equals + 1) : (argv[at + 1] ?? null);
    if (/^-[A-Za-z]{2,}$/.test(word) && flags.has(word.at(-1)!)) return argv[at + 1] ?? null;
  }
  return null;
}

function words(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split(' ');
}
