import type { AuditLog } from '../audit-log.ts';
import { type StorageLevel, type StorageUse, storageLevel, storageShare } from './storage-level.ts';

/** What is measured of the database: its space, and its clock. */
export interface DatabaseMeasure extends StorageUse {
  /** How far the database's clock is ahead of ours, in milliseconds; what the answer's travel leaves open counts as 0. */
  readonly clockAheadMs: number;
}

export interface StorageStatus {
  readonly level: StorageLevel;
  /** Whole percent of the space that is used. */
  readonly usedPercent: number;
  readonly databaseBytes: number;
  readonly clockAheadMs: number;
  /** False while the two clocks are two seconds apart or more (threat T26). */
  readonly clocksAgree: boolean;
}

const EVERY_MS = 5000;
const MAX_CLOCK_DIFFERENCE_MS = 2000;

export interface StorageWatchOptions {
  readonly measure: () => Promise<DatabaseMeasure>;
  readonly audit: Pick<AuditLog, 'leaveOutContent'>;
  readonly warn: (message: string) => void;
}

/**
 * Looks every few seconds how full the database is and whether its clock agrees with ours, and takes the three steps
 * of the disk budget. A measure that fails leaves everything as it was: the audit log itself says when the database
 * is gone.
 */
export class StorageWatch {
  readonly #options: StorageWatchOptions;
  #status: StorageStatus = {
    level: 'ok',
    usedPercent: 0,
    databaseBytes: 0,
    clockAheadMs: 0,
    clocksAgree: true,
  };
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | null = null;

  constructor(options: StorageWatchOptions) {
    this.#options = options;
  }

  /** Measures once, then every few seconds. */
  async start(): Promise<void> {
    this.#timer ??= setInterval(() => void this.check(), EVERY_MS).unref();
    await this.check();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#checking;
  }

  /** The last step: only an admin's calls are decided. */
  get full(): boolean {
    return this.#status.level === 'full';
  }

  status(): StorageStatus {
    return this.#status;
  }

  /** Measures now. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { audit, measure, warn } = this.#options;
    const before = this.#status;
    let measured: DatabaseMeasure;
    try {
      measured = await measure();
    } catch {
      return;
    }
    const share = storageShare(measured);
    const level = storageLevel(share);
    const { clockAheadMs, databaseBytes } = measured;
    const clocksAgree = Math.abs(clockAheadMs) < MAX_CLOCK_DIFFERENCE_MS;
    this.#status = { level, usedPercent: Math.floor(share * 100), databaseBytes, clockAheadMs, clocksAgree };
    audit.leaveOutContent(level === 'contentless' || level === 'full');
    if (level !== before.level)
      warn(`${this.#status.usedPercent} % of the disk budget is used: ${SAID[level]}`);
    if (clocksAgree !== before.clocksAgree) {
      warn(
        clocksAgree
          ? "the database's clock agrees with ours again"
          : `the database's clock is ${clockAheadMs} ms ahead of ours`,
      );
    }
  }
}

const SAID: Readonly<Record<StorageLevel, string>> = {
  ok: 'nothing is restricted',
  warn: 'free space or raise settings.storage.budget_gb',
  contentless: 'rows are recorded without their content',
  full: "only admins' calls are decided",
};
