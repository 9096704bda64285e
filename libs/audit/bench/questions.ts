import type { AuditReader, LogReader } from '../src/index.ts';

/** Whom the questions are asked. */
export interface Readers {
  readonly audit: AuditReader;
  readonly logs: LogReader;
}

/** One question as a command or an endpoint asks it. */
export interface Question {
  readonly name: string;
  readonly ask: (readers: Readers) => Promise<unknown>;
}
