import type { Command } from '@gatehouse/secrets';
import { STAGE } from './cage-plan.ts';
import type { CagePrograms } from './cage-programs.ts';
import { CAGE_SCRIPT, TOOL_SCRIPT } from './cage-script.ts';
import type { CageKind } from './cage-state.ts';

export interface CagedCommand {
  readonly kind: Exclude<CageKind, 'none'>;
  /** The folder with the plan's files. */
  readonly planFolder: string;
  readonly cwd: string;
  /** Writable memory of each single process: a backstop, as what all use together is watched from outside. */
  readonly dataKilobytes: number;
  /** With kind `own user`. */
  readonly uid: number;
  readonly executable: string;
  readonly args: readonly string[];
}

const NAMESPACES = [
  '--mount',
  '--ipc',
  '--pid',
  '--fork',
  '--kill-child=SIGKILL',
  '--mount-proc',
  '--propagation=private',
];
const NO_PRIVILEGES = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];

/** The command line that builds a cage and runs the tool in it. */
export function cagedCommand(programs: CagePrograms, command: CagedCommand): Pick<Command, 'file' | 'args'> {
  const { kind, planFolder, cwd, dataKilobytes, executable, args } = command;
  const { unshare, setpriv, mount, umount, mkdir } = programs;
  const tool = ['/bin/sh', '-c', TOOL_SCRIPT, 'gatehouse-tool', executable, ...args];
  const [inside, become] =
    kind === 'own user'
      ? [
          [],
          [setpriv, `--reuid=${command.uid}`, `--regid=${command.uid}`, '--clear-groups', ...NO_PRIVILEGES],
        ]
      : [
          ['--user', '--map-root-user'],
          [unshare, '--user', ...sameUser(), setpriv, ...NO_PRIVILEGES],
        ];
  return {
    file: unshare,
    args: [
      ...inside,
      ...NAMESPACES,
      '/bin/sh',
      '-c',
      CAGE_SCRIPT,
      'gatehouse-cage',
      planFolder,
      STAGE,
      mount,
      umount,
      mkdir,
      cwd,
      String(dataKilobytes),
      ...become,
      ...tool,
    ],
  };
}

function sameUser(): string[] {
  return [`--map-user=${process.getuid?.() ?? 0}`, `--map-group=${process.getgid?.() ?? 0}`];
}
