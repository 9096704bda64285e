import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const GATEHOUSE = fileURLToPath(new URL('../../../cli/bin/gatehouse', import.meta.url));
const BUILD = fileURLToPath(new URL('../../../../tools/run/build.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of `gatehouse` that runs without a terminal, as a script or an agent starts it. */
export interface GatehouseProcess {
  readonly ended: Promise<Ended>;
  /** What stands in the brackets of the pattern, as soon as the command has said it. */
  says(pattern: RegExp): Promise<string>;
}

/** `program`: that of another checkout. */
export function gatehouse(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  program = GATEHOUSE,
): GatehouseProcess {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  return { ended: endOf(child), says: (pattern) => saidBy(child, pattern) };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const code = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, ended] = await Promise.all([text(child.stdout!), text(child.stderr!), code]);
  return { code: ended, stdout, stderr };
}

function saidBy({ stderr }: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr!.on('data', (piece: Buffer) => {
      said += piece.toString('utf8');
      const found = pattern.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    stderr!.on('end', () => reject(new Error(`it never said that: ${said}`)));
  });
}

/** Builds the command line unless it is built from these sources already. */
export async function buildCommandLine(): Promise<void> {
  const child = spawn(process.execPath, [BUILD, 'cli'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`the build failed: ${said}`);
}
