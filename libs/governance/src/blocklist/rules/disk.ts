import { linesOf } from '../line.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import { readFlags } from '../shell/flags.ts';

const LINES = linesOf('disk', {
  'disk-write': 'It writes to a disk past its file system.',
  'disk-format': 'It makes a new file system, or erases one.',
  'disk-partition': 'It changes the partitions of a disk.',
  'disk-volume': 'It removes or erases a volume.',
});

/** A whole disk or partition; not the character devices that everyone writes to. */
const DEVICE =
  /^\/dev\/(?:sd|hd|vd|xvd|nvme|mmcblk|loop|md|dm-|mapper\/|disk|rdisk|mem|kmem|port|sr|nbd|zd|ram|root|block\/|fd\d)/;
const WINDOWS_DEVICE = /^\\\\\.\\(?:PhysicalDrive|[A-Z]:)/i;

export function isDevice(path: string): boolean {
  return DEVICE.test(path) || WINDOWS_DEVICE.test(path);
}

export const judgeDiskRedirect: CommandRule = ({ redirects }, scene) => {
  if (redirects.some(({ write, target }) => write && isDevice(target))) scene.deny(LINES['disk-write']);
};

const dd: CommandRule = ({ args }, scene) => {
  if (args.some((arg) => arg.startsWith('of=') && isDevice(arg.slice(3)))) scene.deny(LINES['disk-write']);
  if (args.some((arg) => /^of=\/(?:etc|boot|bin|usr|sbin|lib)\b/.test(arg))) scene.deny(LINES['disk-write']);
};

const writesTo: CommandRule = ({ args }, scene) => {
  if (
    args.slice(-1).some(isDevice) ||
    args.some((arg, at) => at > 0 && isDevice(arg) && !arg.startsWith('-'))
  )
    scene.deny(LINES['disk-write']);
};

const teeTo: CommandRule = ({ args }, scene) => {
  if (args.some(isDevice)) scene.deny(LINES['disk-write']);
};

const format: CommandRule = ({ name, args }, scene) => {
  const flags = readFlags(args);
  if (args.length === 0 || flags.has('help', 'version') || args.every((arg) => arg === '-V')) return;
  if (name === 'mkfs' && flags.has('n') && flags.operands.length === 0) return;
  // A file that holds a file system is no disk.
  if (
    flags.operands.every(
      (path) => /\.(?:img|iso|raw|qcow2|ext4|squashfs)$/.test(path) || /^\d+[kmg]?$/i.test(path),
    )
  )
    return;
  scene.deny(LINES['disk-format']);
};

const wipefs: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args, new Set(['o', 'offset', 't', 'types']));
  if (flags.has('n', 'no-act')) return;
  if (flags.has('a', 'all', 'f', 'force', 'o', 'offset')) scene.deny(LINES['disk-format']);
};

const partition: CommandRule = ({ name, args }, scene) => {
  const flags = readFlags(args, new Set(['t', 'b', 'C', 'H', 'S', 'a', 'align']));
  if (flags.has('l', 'list', 'help', 'version', 'd', 'dump', 's', 'V', 'v') && name !== 'parted') return;
  if (
    name === 'sgdisk' &&
    args.some((arg) => /^(-p|--print|-i|-b|--backup|--info|-v|--verify)/.test(arg)) &&
    !flags.has('Z', 'o', 'd', 'zap-all')
  )
    return;
  if (
    name === 'parted' &&
    (args.includes('-l') ||
      args.includes('--list') ||
      args.includes('print') ||
      args.includes('p') ||
      args.includes('--version'))
  ) {
    if (!args.some((arg) => /^(rm|mklabel|mktable|mkpart|resizepart|rescue)$/.test(arg))) return;
  }
  if (args.length > 0) scene.deny(LINES['disk-partition']);
};

const first =
  (verbs: RegExp, line: keyof typeof LINES): CommandRule =>
  ({ args }, scene) => {
    if (args.some((arg) => verbs.test(arg))) scene.deny(LINES[line]);
  };

const always: CommandRule = ({ args }, scene) => {
  const flags = readFlags(args);
  if (flags.operands.length > 0 && !flags.has('help', 'test', 'dry-run', 'h', 't'))
    scene.deny(LINES['disk-volume']);
};

export const diskRules: readonly RuleFamily[] = [
  { programs: 'dd dcfldd gdd ddrescue', rule: dd },
  { programs: 'cp mv install ddrescue pv', rule: writesTo },
  { programs: 'tee sponge', rule: teeTo },
  { programs: 'mkfs mke2fs mkswap newfs newfs_hfs newfs_apfs mkdosfs mkntfs mkexfatfs', rule: format },
  { programs: 'wipefs', rule: wipefs },
  { programs: 'fdisk cfdisk sfdisk gdisk cgdisk sgdisk parted', rule: partition },
  { programs: 'lvremove vgremove pvremove lvreduce vgreduce blkdiscard', rule: always },
  {
    programs: 'hdparm',
    rule: first(
      /^--(security-erase|security-erase-enhanced|trim-sector|write-sector|make-bad-sector|yes-i-know)/,
      'disk-volume',
    ),
  },
  { programs: 'nvme', rule: first(/^(format|sanitize|delete-ns|write|write-zeroes|dsm)$/, 'disk-volume') },
  { programs: 'badblocks', rule: first(/^-[a-z]*w/, 'disk-write') },
  {
    programs: 'cryptsetup',
    rule: first(/^(luksFormat|luksErase|erase|reencrypt|luksKillSlot|luksRemoveKey)$/, 'disk-format'),
  },
  {
    programs: 'mdadm',
    rule: first(/^(--zero-superblock|--stop|-S|--remove|--fail|--create|-C)$/, 'disk-volume'),
  },
  { programs: 'zpool', rule: first(/^(destroy|labelclear|remove|detach|offline|split)$/, 'disk-volume') },
  { programs: 'zfs', rule: first(/^(destroy|rollback)$/, 'disk-volume') },
  { programs: 'btrfs', rule: first(/^(delete|del|remove)$/, 'disk-volume') },
  {
    programs: 'diskutil',
    rule: first(
      /^(erase\w*|zeroDisk|secureErase|randomDisk|partitionDisk|reformat|apfs|deleteVolume|deleteContainer)$/i,
      'disk-format',
    ),
  },
  { programs: 'debugfs', rule: first(/^-w$/, 'disk-write') },
  {
    programs: 'diskpart clear-disk format-volume initialize-disk remove-partition',
    rule: (_, scene) => scene.deny(LINES['disk-partition']),
  },
  { programs: 'format', rule: first(/^[a-z]:/i, 'disk-format') },
  { programs: 'vssadmin', rule: first(/^(delete|resize)$/i, 'disk-volume') },
  { programs: 'cipher', rule: first(/^\/w/i, 'disk-write') },
];
