/** How the command stands inside the arguments of a program that starts it. */
export interface Wrapper {
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

/** Programs that start another one; what is not listed is taken for a program of its own. */
export const WRAPPERS: Readonly<Record<string, readonly Wrapper[]>> = {
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
      values:
        'j jobs N n L l a arg-file C colsep d delimiter results joblog S sshlogin I tmpdir workdir halt timeout retries delay ' +
        'tagstring env memfree load basefile return block',
      keep: true,
    },
  ],
  xargs: [{ values: 'I J R S n P L d E s a max-args max-procs max-chars delimiter arg-file', keep: true }],
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
  ansible: [{ scripts: 'a args', remote: true, keep: true }],
  salt: [{ after: 'cmd.run cmd.shell', joined: true, remote: true, keep: true }],
  pdsh: [{ values: 'w x R l f', joined: true, remote: true }],
  clush: [{ values: 'w x g l f', joined: true, remote: true }],
  pssh: [{ values: 'h H l p t', joined: true, remote: true }],
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
