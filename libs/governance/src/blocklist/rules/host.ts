import { linesOf } from '../line.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import { readFlags } from '../shell/flags.ts';

const LINES = linesOf('host_control', {
  'host-power': 'It stops or restarts the machine.',
  'service-stop': 'It stops or disables a service of the machine.',
  'kill-everything': 'It kills every process, or the first one.',
  'kernel-module': 'It changes the running kernel.',
  'network-down': 'It cuts the machine off the network.',
  'account-remove': 'It removes an account of the machine.',
  'package-remove': 'It removes packages that the machine needs.',
  'registry-delete': 'It deletes settings of the operating system.',
  sysrq: 'It commands the kernel directly.',
});

const power: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args);
  if (flags.has('help', 'version', 'w', 'wtmp-only', 'c') || args.some((arg) => /^\/a$/i.test(arg))) return;
  scene.deny(LINES['host-power']);
};

const init: CommandRule = ({ args }, scene) => {
  if (/^[016s]$/i.test(args[0] ?? '')) scene.deny(LINES['host-power']);
};

const SYSTEMCTL_POWER =
  /^(poweroff|reboot|halt|kexec|rescue|emergency|soft-reboot|isolate|exit|suspend|hibernate|hybrid-sleep)$/;

const systemctl: CommandRule = ({ args }, scene) => {
  const flags = readFlags(
    args,
    new Set(['t', 'type', 'p', 'property', 'H', 'host', 'M', 'machine', 'n', 'lines', 's', 'signal', 'root']),
  );
  const verb = flags.operands[0] ?? '';
  if (flags.has('dry-run')) return;
  if (SYSTEMCTL_POWER.test(verb)) scene.deny(LINES['host-power']);
  if (/^(stop|disable|mask|kill)$/.test(verb)) scene.deny(LINES['service-stop']);
};

const service: CommandRule = ({ args }, scene) => {
  if (args.some((arg, at) => at > 0 && /^(stop|disable)$/.test(arg))) scene.deny(LINES['service-stop']);
};

const launchctl: CommandRule = ({ args }, scene) => {
  if (/^(unload|bootout|disable|remove|stop|kill|reboot)$/.test(args[0] ?? ''))
    scene.deny(LINES['service-stop']);
};

const scStop: CommandRule = ({ args }, scene) => {
  if (/^(stop|delete|disable)$/i.test(args[0] ?? '')) scene.deny(LINES['service-stop']);
};

const kill: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => HARMLESS_SIGNAL.test(arg))) return;
  const targets = args.filter((arg, at) => !/^-[A-Za-z0-9]+$/.test(arg) || at > 0);
  if (targets.some((arg) => arg === '-1' || arg === '1' || arg === '0') && args.length > 1)
    scene.deny(LINES['kill-everything']);
  if (args.length === 1 && (args[0] === '1' || args[0] === '-1')) scene.deny(LINES['kill-everything']);
};

/** The first process takes these for a request, or not at all: to reload, to write out its state, to look if it is there. */
const HARMLESS_SIGNAL = /^-(?:s)?(?:SIG)?(?:USR1|USR2|HUP|WINCH|CHLD|CONT|0)$/i;

const VITAL =
  /^(?:systemd\w*|init|sshd|dbus\w*|launchd|dockerd?|containerd|kubelet|networkmanager|explorer|csrss|winlogon|lsass|svchost|\.\*?|\.\+|\*)$/i;

const killByName: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args, new Set(['u', 'U', 'user', 'euid', 't', 'g', 'P', 's', 'signal']));
  if (flags.value('u', 'U', 'user', 'euid') !== undefined && flags.operands.length === 0)
    scene.deny(LINES['kill-everything']);
  if (flags.operands.some((name) => VITAL.test(name))) scene.deny(LINES['kill-everything']);
};

const ip: CommandRule = ({ args }, scene) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const downs = words.includes('link') && words.includes('set') && words.includes('down');
  if (downs || /^(flush|del|delete)$/.test(words[1] ?? '')) scene.deny(LINES['network-down']);
};

const ifconfig: CommandRule = ({ args }, scene) => {
  if (args.includes('down')) scene.deny(LINES['network-down']);
};

const nmcli: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^(down|off|disconnect|delete)$/.test(arg))) scene.deny(LINES['network-down']);
};

const ESSENTIAL =
  /^(?:libc6|glibc|systemd|sudo|bash|coreutils|util-linux|python3(?:-minimal)?|openssh-server|linux-(?:image|generic|headers)\S*|kernel\S*|dpkg|apt|rpm|dnf|yum|init|udev|grub\S*|\*|\.\*)$/;

const packages: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args, new Set(['o', 'option', 'c', 't']));
  if (flags.has('dry-run', 'simulate', 'just-print', 's')) return;
  if (flags.has('allow-remove-essential', 'force-all', 'force-remove-essential', 'nodeps'))
    scene.deny(LINES['package-remove']);
  if (flags.has('auto-remove') && flags.operands.length === 0) return;
  const [verb, ...names] = flags.operands;
  if (
    /^(purge|remove|erase|autoremove|uninstall|dist-clean)$/.test(verb ?? '') &&
    names.some((name) => ESSENTIAL.test(name))
  )
    scene.deny(LINES['package-remove']);
  if (verb === 'purge' && names.length > 0) scene.deny(LINES['package-remove']);
  if (
    args.some((arg) => /^(-P|--purge|-Rdd\w*|-Rns?c\w*|-Rsc\w*)$/.test(arg)) &&
    flags.operands.length > 0 &&
    verb !== 'autoremove'
  )
    scene.deny(LINES['package-remove']);
  if (flags.has('r', 'remove', 'e', 'erase') && flags.operands.some((name) => ESSENTIAL.test(name)))
    scene.deny(LINES['package-remove']);
};

const account: CommandRule = ({ args }, scene) => {
  if (args.length > 0 && !args.includes('--help')) scene.deny(LINES['account-remove']);
};

const passwd: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^(-l|--lock|-d|--delete|-e|--expire)$/.test(arg)))
    scene.deny(LINES['account-remove']);
};

const usermod: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^(-L|--lock|-e|--expiredate)$/.test(arg))) scene.deny(LINES['account-remove']);
};

const reg: CommandRule = ({ args }, scene) => {
  if (/^delete$/i.test(args[0] ?? '')) scene.deny(LINES['registry-delete']);
};

const bcdedit: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^\/(delete|set|deletevalue|import)/i.test(arg)))
    scene.deny(LINES['registry-delete']);
};

const module_: CommandRule = ({ name, args }, scene) => {
  if (name !== 'modprobe' || args.some((arg) => /^(-r|--remove)$/.test(arg)))
    scene.deny(LINES['kernel-module']);
};

const sysctl: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^kernel\.(panic|sysrq|modules_disabled|randomize_va_space)\S*=/.test(arg)))
    scene.deny(LINES.sysrq);
};

const umount: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => /^(-a|--all|\/|\/home|\/usr|\/var|\/boot)$/.test(arg)))
    scene.deny(LINES['host-power']);
};

export const judgeHostRedirect: CommandRule = ({ name, args, redirects }, scene) => {
  const writes = (path: string): boolean =>
    /^\/proc\/(sysrq-trigger|sys\/kernel\/(sysrq|panic|core_pattern|modprobe))$|^\/sys\/power\/state$/.test(
      path,
    );
  if (redirects.some(({ write, target }) => write && writes(target)) || (name === 'tee' && args.some(writes)))
    scene.deny(LINES.sysrq);
};

export const hostRules: readonly RuleFamily[] = [
  { programs: 'shutdown reboot poweroff halt stop-computer restart-computer pm-suspend', rule: power },
  { programs: 'init telinit', rule: init },
  { programs: 'systemctl', rule: systemctl },
  { programs: 'service rc-service', rule: service },
  { programs: 'launchctl', rule: launchctl },
  { programs: 'sc stop-service', rule: scStop },
  { programs: 'kill', rule: kill },
  { programs: 'pkill killall killall5 skill', rule: killByName },
  { programs: 'ip', rule: ip },
  { programs: 'ifconfig', rule: ifconfig },
  { programs: 'nmcli networksetup', rule: nmcli },
  { programs: 'ifdown', rule: account },
  { programs: 'apt apt-get aptitude dpkg yum dnf rpm zypper pacman apk', rule: packages },
  { programs: 'userdel deluser groupdel delgroup dscl.delete', rule: account },
  { programs: 'passwd', rule: passwd },
  { programs: 'usermod', rule: usermod },
  { programs: 'reg', rule: reg },
  { programs: 'bcdedit', rule: bcdedit },
  { programs: 'rmmod insmod modprobe kexec', rule: module_ },
  { programs: 'sysctl', rule: sysctl },
  { programs: 'umount', rule: umount },
];
