import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { JsonObject } from '@gatehouse/kernel';
import type { WardenStart } from '@gatehouse/secrets';
import { FloodGate } from './flood-gate.ts';
import { messageLine, parseMessageLine } from './json-line.ts';
import { LAUNCH_SCRIPT } from './launch-script.ts';
import { LineSplitter } from './line-splitter.ts';

/** Waiting in the pipe to the child; beyond it a message is refused rather than queued. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const STDERR_LINE_BYTES = 8 * 1024;
const WITHHELD = Buffer.from('[a line of more than 8 KiB is withheld]');
/** How long what a dead child wrote is still read. A descendant that left the group may hold the pipes open. */
const DRAIN_MS = 500;

export interface StdioChildOptions {
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The longest line the child may write, in bytes. */
  readonly maxLineBytes: number;
  /** Between the polite signal and SIGKILL. */
  readonly graceMs: number;
  /** Starts the tool in our place, with secrets that we do not have. */
  readonly warden?: WardenStart;
}

export interface StdioChildListener {
  /** Returns whether somebody waited for the message; what nobody asked for is rationed. */
  message(message: JsonObject): boolean;
  garbage(): void;
  oversized(head: Buffer, tail: Buffer): void;
  stderr(text: string, pid: number): void;
  /** Once, when no process of the child's group is left and all it wrote was read. */
  exited(cause: string): void;
}

type PipedProcess = ChildProcess & {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
};

/** One MCP server process on standard input and output, in a process group of its own that it cannot outlive. */
export class StdioChild {
  readonly #process: PipedProcess;
  readonly #listener: StdioChildListener;
  readonly #graceMs: number;
  readonly #flood = new FloodGate();
  readonly #exited: Promise<void>;
  #gone = false;
  #problem: string | undefined;
  #resume: NodeJS.Timeout | undefined;

  constructor(options: StdioChildOptions, listener: StdioChildListener) {
    this.#listener = listener;
    this.#graceMs = options.graceMs;
    const { cwd, env, warden } = options;
    const args = ['-c', LAUNCH_SCRIPT, 'gatehouse-launch', options.executable, ...options.args];
    const tool = { file: '/bin/sh', args, cwd, env };
    const command = warden?.command ?? tool;
    const child = spawn(command.file, command.args, {
      cwd,
      env: { ...command.env },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#process = child as PipedProcess;
    this.#exited = this.#watchExit();
    this.#readMessages(options.maxLineBytes);
    this.#readStderr();
    this.#process.stdin.on('error', () => {});
    // The lifeline: held open, and the kernel closes it with this process. A warden alone is told something on it.
    const lifeline = child.stdio[3] as Duplex;
    lifeline.on('error', () => {});
    if (warden === undefined) return;
    lifeline.write(`${warden.order(tool)}\n`);
    lifeline.on('data', (said: Buffer) => {
      this.#problem = problemIn(said) ?? this.#problem;
    });
  }

  /** 0 when no process could be made. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** Writes one message. False when the child is gone or too far behind: the message was not sent, nor will be. */
  send(message: JsonObject): boolean {
    const { stdin } = this.#process;
    if (this.#gone || !stdin.writable) return false;
    const line = messageLine(message);
    if (stdin.writableLength > 0 && stdin.writableLength + line.length > MAX_WAITING_BYTES) return false;
    this.#gather();
    stdin.write(line);
    return true;
  }

  /** What is sent in one turn goes in one piece: calls whose rows were committed together are sent together. */
  #gather(): void {
    const { stdin } = this.#process;
    if (stdin.writableCorked > 0) return;
    stdin.cork();
    process.nextTick(() => stdin.uncork());
  }

  /** Ends the process group, by force after the grace, and resolves when none of it is left. */
  async stop(): Promise<void> {
    if (this.#gone) return this.#exited;
    this.#process.stdin.end();
    this.#signal('SIGTERM');
    const force = setTimeout(() => this.#signal('SIGKILL'), this.#graceMs);
    await this.#exited;
    clearTimeout(force);
  }

  /** Ends the process group by force, for what it did. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.pid === 0) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The group is already gone.
    }
  }

  #watchExit(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { stdout, stderr } = this.#process;
    let cause = 'it could not be started';
    let finished = false;
    let drained: NodeJS.Timeout | undefined;
    const finish = (): void => {
      if (finished) return;
      finished = true;
      this.#gone = true;
      clearTimeout(drained);
      clearTimeout(this.#resume);
      for (const stream of this.#process.stdio) stream?.destroy();
      resolve();
      this.#listener.exited(this.#problem ?? cause);
    };
    this.#process.once('error', finish);
    this.#process.once('close', finish);
    this.#process.once('exit', (code, signal) => {
      cause = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
      this.#gone = true;
      // What it forked shares its group and ends with it; the pipes close when the last of them is gone.
      this.#signal('SIGKILL');
      stdout.resume();
      stderr.resume();
      drained = setTimeout(finish, DRAIN_MS).unref();
    });
    return promise;
  }

  #readMessages(maxLineBytes: number): void {
    const lines = new LineSplitter(maxLineBytes, {
      line: (bytes) => {
        const message = parseMessageLine(bytes);
        if (message === undefined) this.#listener.garbage();
        if (message === undefined || !this.#listener.message(message)) this.#flood.count(bytes.length);
      },
      oversized: (head, tail) => {
        this.#flood.count(maxLineBytes);
        this.#listener.oversized(head, tail);
      },
    });
    const { stdout } = this.#process;
    stdout.on('error', () => {});
    stdout.on('data', (chunk: Buffer) => {
      lines.push(chunk);
      const pauseMs = this.#flood.pauseMs();
      if (pauseMs === 0 || this.#gone) return;
      stdout.pause();
      this.#resume = setTimeout(() => stdout.resume(), pauseMs);
    });
  }

  #readStderr(): void {
    const push = (bytes: Buffer): void => this.#listener.stderr(bytes.toString('utf8'), this.pid);
    const lines = new LineSplitter(STDERR_LINE_BYTES, { line: push, oversized: () => push(WITHHELD) });
    this.#process.stderr.on('error', () => {});
    this.#process.stderr.on('data', (chunk: Buffer) => lines.push(chunk));
  }
}

/** What a warden says that it could not do. */
function problemIn(said: Buffer): string | undefined {
  const { problem } = parseMessageLine(said) ?? {};
  return typeof problem === 'string' ? problem : undefined;
}
