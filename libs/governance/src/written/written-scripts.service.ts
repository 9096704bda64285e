import { randomUUID } from 'node:crypto';
import { ChangeFeed, Database, type FeedQuery, LazyPool } from '@gatehouse/database';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ScriptMemory } from '../blocklist/index.ts';
import { forgetScripts, scriptsOfOthers, writeScripts } from './session-scripts.queries.ts';
import { REMEMBERED_MS, SessionScripts } from './session-scripts.ts';
import type { WrittenScript } from './written-script.ts';

/** A look back that is longer than any transaction which writes one down. */
const LOOK_BACK_S = 5;
const FORGET_EVERY_MS = 60_000;
const DEADLINE_MS = 1000;

/** What a call of a root session sees of what was written before, and what it wrote itself. */
export interface CallScripts {
  readonly memory: ScriptMemory;
  readonly written: readonly WrittenScript[];
}

/**
 * Scripts that root sessions wrote and that would be denied if they ran, known to every server on the database within a
 * second (threat T21): a call that wrote one is answered when the others can read it.
 */
@Injectable()
export class WrittenScripts implements OnModuleDestroy {
  readonly #server = randomUUID();
  readonly #scripts = new SessionScripts();
  #forgotAtMs = 0;
  readonly #pool: LazyPool;

  constructor(
    @Inject(Database) database: Database,
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
  ) {
    this.#pool = new LazyPool({ database, purpose: 'scripts', connections: 1, deadlineMs: DEADLINE_MS });
    feed.follow({
      channel: 'gatehouse_scripts',
      heard: () => this.feed.reread(),
      reread: async (query, connected) => {
        await this.#read(query, connected ? REMEMBERED_MS / 1000 : LOOK_BACK_S);
        await this.#forget(query);
      },
    });
  }

  of(rootSessionId: string): CallScripts {
    const written: WrittenScript[] = [];
    const own = this.#scripts.of(rootSessionId, systemClock.now());
    return {
      written,
      memory: {
        files: own.files,
        keep: (path, text) => {
          own.keep(path, text);
          written.push({ rootSessionId, path, text });
        },
      },
    };
  }

  /**
   * Whether every server can know now; false where the database does not take it within a second: what only this one
   * knows could be run through another.
   */
  async tell(written: readonly WrittenScript[]): Promise<boolean> {
    try {
      await writeScripts(this.#pool.query, this.#server, written);
      return true;
    } catch {
      return false;
    }
  }

  /** Reads now where the database has not been heard for a second. @throws where nobody answers */
  askIfSilent(): Promise<void> | undefined {
    return this.feed.silent ? this.#read(this.#pool.query, REMEMBERED_MS / 1000) : undefined;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#pool.end();
  }

  async #read(query: FeedQuery, seconds: number): Promise<void> {
    const nowMs = systemClock.now();
    for (const { rootSessionId, path, text } of await scriptsOfOthers(query, this.#server, seconds)) {
      this.#scripts.keep(rootSessionId, path, text, nowMs);
    }
  }

  async #forget(query: FeedQuery): Promise<void> {
    const nowMs = systemClock.now();
    if (nowMs - this.#forgotAtMs < FORGET_EVERY_MS) return;
    this.#forgotAtMs = nowMs;
    await forgetScripts(query, REMEMBERED_MS / 1000);
  }
}
