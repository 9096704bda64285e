import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { childEnvironment, type Installation, prepareKeyFolder } from '@gatehouse/config';
import { AppError } from '@gatehouse/kernel';

const ANSWER_MS = 30_000;

/** Seals of one chain in a row: `links` holds prev_root ‖ root of each, in base64. */
export interface SealRun {
  readonly chain: string;
  readonly first: number;
  readonly links: string;
}

/** A signed head of the tree, and what it added. */
export interface SignedCheckpoint {
  readonly no: number;
  readonly first: number;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly note: string;
  readonly runs: readonly { readonly chain: string; readonly first: number; readonly last: number }[];
  readonly anchored: boolean;
}

/** What the signer remembers of a log. */
export interface RememberedLog {
  readonly remembered: boolean;
  readonly no: number;
  readonly size: number;
  readonly root: string;
  readonly heads: Readonly<Record<string, { readonly seq: number; readonly root: string }>>;
  /** Signed last; handed out again until the next one is signed, because it may not have been stored. */
  readonly pending: SignedCheckpoint | null;
  readonly vkey: string;
}

export interface RotatedKey {
  readonly before: string;
  readonly vkey: string;
  readonly certificate: string;
}

/** The signer refuses what does not extend what it signed before. */
export class SignerRefusal extends Error {}

type Asked = { resolve: (answer: object) => void; reject: (error: Error) => void };

/** The process that alone holds the signing key (`signer/signer.mjs`): it may touch its key folder and nothing else. */
export class SignerChild {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #asked: Asked[] = [];
  #gone = false;

  constructor(installation: Pick<Installation, 'root' | 'keyDir'>) {
    prepareKeyFolder(installation.keyDir);
    const folder = realpathSync(installation.keyDir);
    const program = join(installation.root, 'libs/audit/signer/signer.mjs');
    const allowed = [`--allow-fs-read=${folder}`, `--allow-fs-read=${program}`, `--allow-fs-write=${folder}`];
    this.#child = spawn(
      process.execPath,
      ['--disable-sigusr1', '--permission', ...allowed, program, folder],
      { stdio: ['pipe', 'pipe', 'ignore'], cwd: '/', env: childEnvironment() },
    );
    this.#child.on('error', () => this.#end());
    this.#child.on('exit', () => this.#end());
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#answered(line));
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** For tests and `infra services status`. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  open(origin: string): Promise<RememberedLog> {
    return this.#ask({ op: 'open', origin });
  }

  /** @throws SignerRefusal when a run does not follow what was signed */
  extend(runs: readonly SealRun[], heads: boolean): Promise<SignedCheckpoint & { readonly vkey: string }> {
    return this.#ask({ op: 'extend', runs, heads });
  }

  /** Signed before and not remembered. `own`: the note is signed with the key of today. @throws SignerRefusal */
  replay(signed: {
    readonly runs: readonly SealRun[];
    readonly no: number;
    readonly root: string;
    readonly note: string;
  }): Promise<{ readonly own: boolean }> {
    return this.#ask({ op: 'replay', ...signed });
  }

  /** Signs that a document with this hash was made here: a C2SP note of three lines. `purpose`: words in lower case. */
  attest(purpose: string, sha256: string): Promise<{ readonly note: string; readonly vkey: string }> {
    return this.#ask({ op: 'attest', purpose, sha256 });
  }

  /** Makes a key that is not used before `adopt`. The certificate is signed by the key before and by this one. */
  rotate(): Promise<RotatedKey> {
    return this.#ask({ op: 'rotate' });
  }

  adopt(): Promise<{ readonly vkey: string }> {
    return this.#ask({ op: 'adopt' });
  }

  /** Ends it, after what it was asked. */
  async stop(): Promise<void> {
    if (this.#gone) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await ended;
  }

  #ask<T>(request: object): Promise<T> {
    if (this.#gone) return Promise.reject(gone());
    return new Promise<T>((resolve, reject) => {
      // Too slow is as good as gone: what it would answer later must not be taken for the answer to another question.
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), ANSWER_MS);
      this.#asked.push({
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer as T);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  #answered(line: string): void {
    const answer = JSON.parse(line) as { ok: boolean; problem?: string; message?: string };
    const asked = this.#asked.shift();
    if (answer.ok) asked?.resolve(answer);
    else if (answer.problem === 'fork') asked?.reject(new SignerRefusal(answer.message));
    else asked?.reject(new AppError('AUDIT_SIGNER_FAILED', `the signer failed: ${answer.message}`));
  }

  #end(): void {
    this.#gone = true;
    for (const { reject } of this.#asked.splice(0)) reject(gone());
  }
}

function gone(): AppError {
  return new AppError('AUDIT_SIGNER_GONE', 'the signer is not running', { owner: 'gatehouse' });
}
