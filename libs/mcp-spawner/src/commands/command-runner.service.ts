import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CONFIGURATION, type Configuration, serviceEnvironment } from '@gatehouse/config';
import { AppError, isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CommandManifest } from './command-manifest.ts';

/** Beside the server in every installation. */
const PROGRAM = 'apps/cli/bin/run-for-caller.js';
const MANIFEST = 'apps/cli/oclif.manifest.json';

const MAX_OUTPUT_BYTES = 1024 * 1024;
const MAX_PROBLEM_BYTES = 16 * 1024;
const TIME_MS = 30_000;
const MAX_RUNNING = 4;

/** What is handed to the command, outside of its arguments and its environment. */
export interface CommandHandover {
  /** The session in whose name it runs, with what that user may do at the command line. */
  readonly sessionId: string;
  /** Null: the command may only read. */
  readonly approvalId: string | null;
  readonly argv: readonly string[];
}

export interface CommandOutcome {
  /** Null when it was ended from here. */
  readonly exitCode: number | null;
  /** The `data` of what it printed; null where it printed none. */
  readonly data: JsonValue;
  /** What it said to standard error. */
  readonly problem: string;
}

/**
 * Runs commands of the CLI for callers of the `gatehouse` MCP server, each a process of its own, without a shell. What a
 * command may do is checked once more where it runs: see `acting-caller` of the CLI.
 */
@Injectable()
export class CommandRunner implements OnModuleDestroy {
  readonly #running = new Set<ChildProcess>();

  constructor(@Inject(CONFIGURATION) private readonly configuration: Configuration) {}

  onModuleDestroy(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }

  /** @throws AppError `MCP_COMMANDS_NOT_BUILT` */
  manifest(): CommandManifest {
    try {
      const path = join(this.configuration.installation.root, MANIFEST);
      const manifest: JsonValue = JSON.parse(readFileSync(path, 'utf8'));
      return new CommandManifest(isJsonObject(manifest) ? manifest : {});
    } catch (cause) {
      throw new AppError('MCP_COMMANDS_NOT_BUILT', 'the command line is not built', {
        owner: 'operator',
        hint: 'npm run build -- cli',
        cause,
      });
    }
  }

  /** @throws AppError `MCP_COMMANDS_RATE` when too many run */
  async run(handover: CommandHandover, signal: AbortSignal): Promise<CommandOutcome> {
    if (this.#running.size >= MAX_RUNNING) {
      throw new AppError('MCP_COMMANDS_RATE', 'too many commands run now; try again in a moment');
    }
    const { root } = this.configuration.installation;
    const child = spawn(process.execPath, ['--disable-sigusr1', join(root, PROGRAM)], {
      cwd: root,
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const end = () => void child.kill('SIGKILL');
    const timer = setTimeout(end, TIME_MS);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const [, out, err, input] = child.stdio;
    // It may end before it read what it is to do; its exit code says so.
    (input as Writable).on('error', () => {}).end(JSON.stringify(handover));
    try {
      const [data, problem, exitCode] = await Promise.all([
        boundedText(out as Readable, MAX_OUTPUT_BYTES, end),
        boundedText(err as Readable, MAX_PROBLEM_BYTES, end),
        ended(child),
      ]);
      return { exitCode, data: dataOf(data), problem: problem.trim() };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      this.#running.delete(child);
    }
  }

  /** This installation and no other, wherever this process found it. */
  #environment(): Record<string, string> {
    const { installation, profile } = this.configuration;
    return {
      ...serviceEnvironment(profile.name),
      PORT: String(profile.port),
      GATEHOUSE_STATE_DIR: installation.stateDir,
      XDG_CONFIG_HOME: dirname(dirname(installation.keyDir)),
    };
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('error', () => resolve(null));
  child.once('close', resolve);
  return promise;
}

/** What was read until then, when there is more than `limit`. */
async function boundedText(stream: Readable, limit: number, tooMuch: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      tooMuch();
      break;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of the envelope that every command prints with `--json`. */
function dataOf(printed: string): JsonValue {
  try {
    const envelope: JsonValue = JSON.parse(printed);
    return isJsonObject(envelope) ? ((envelope as JsonObject).data ?? null) : null;
  } catch {
    return null;
  }
}
