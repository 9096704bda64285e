import type { AuditCursor } from '@gatehouse/audit';

const LOOK_MS = 250;

/** How far the audit trail goes, looked up four times a second for all streams together while there are any. */
export class AuditHeads {
  readonly #read: () => Promise<AuditCursor>;
  #current: AuditCursor = new Map();
  #members = 0;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  readonly #waiting = new Set<() => void>();

  constructor(read: () => Promise<AuditCursor>) {
    this.#read = read;
  }

  current(): AuditCursor {
    return this.#current;
  }

  /** Returns how to leave. */
  join(): () => void {
    this.#members += 1;
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS).unref();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#members -= 1;
      if (this.#members > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Resolves at the next look, after `ms`, or when `signal` fires. */
  next(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      this.#waiting.add(done);
    });
  }

  async #look(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      this.#current = await this.#read();
    } catch {
      // The database is away for a moment: the next look tries again.
    } finally {
      this.#reading = false;
      for (const done of this.#waiting) done();
    }
  }
}
