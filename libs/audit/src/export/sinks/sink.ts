import type { AppError } from '@gatehouse/kernel';

/** An audit row on its way out. */
export interface ExportEvent {
  /** The row's id: the same row sent twice carries the same. */
  readonly id: string;
  readonly atMs: number;
  /** One line in the sink's format. */
  readonly line: string;
}

/** Where events go. */
export interface Sink {
  /** Resolves when the other side has taken all of them. @throws SinkFailure */
  send(events: readonly ExportEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** Why a sink did not take events, in words of ours: nothing of what the other side said. */
export const SINK_PROBLEMS = {
  EXPORT_UNREACHABLE: 'the other side cannot be reached',
  EXPORT_TIMEOUT: 'no answer in time',
  EXPORT_THROTTLED: 'the other side asks to slow down (429)',
  EXPORT_TOO_LARGE: 'one event is larger than the other side takes (413)',
  EXPORT_UNAUTHORISED: 'the other side refuses the credential',
  EXPORT_REJECTED: 'the other side rejects what was sent',
  EXPORT_SERVER: 'the other side has an error of its own',
  EXPORT_ANSWER: 'the answer does not say that the events were taken',
  EXPORT_REDIRECTED: 'the other side redirects, which is not followed',
  EXPORT_CREDENTIAL: 'the credential cannot be read',
  EXPORT_WRITE: 'cannot be written to',
} as const;
export type SinkProblem = keyof typeof SINK_PROBLEMS;

export class SinkFailure extends Error {
  override readonly name = 'SinkFailure';
  readonly problem: SinkProblem;
  /** How long the other side asks to be left alone. */
  readonly retryAfterMs: number;
  /** Those of the events, by index, that were taken all the same. */
  readonly taken: ReadonlySet<number>;

  constructor(
    problem: SinkProblem,
    options: { retryAfterMs?: number; taken?: ReadonlySet<number>; detail?: string; cause?: unknown } = {},
  ) {
    const { retryAfterMs = 0, taken = new Set(), detail, cause } = options;
    super(`${SINK_PROBLEMS[problem]}${detail === undefined ? '' : `: ${detail}`}`, { cause });
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
    this.taken = taken;
  }
}

/** Any error of a sink as a failure that can be shown. */
export function asSinkFailure(error: unknown): SinkFailure {
  if (error instanceof SinkFailure) return error;
  const code = (error as Partial<AppError> | null)?.code;
  switch (code) {
    case 'OUTBOUND_TIMEOUT':
      return new SinkFailure('EXPORT_TIMEOUT', { cause: error });
    case 'OUTBOUND_REDIRECTED':
      return new SinkFailure('EXPORT_REDIRECTED', { cause: error });
    case 'OUTBOUND_TOO_LARGE':
    case 'OUTBOUND_BROKEN_OFF':
      return new SinkFailure('EXPORT_ANSWER', { cause: error });
    case 'CONFIG_SECRET_FILE':
      return new SinkFailure('EXPORT_CREDENTIAL', { cause: error });
    default:
      return new SinkFailure('EXPORT_UNREACHABLE', {
        cause: error,
        ...(typeof code === 'string' && /^[A-Z_]{2,60}$/.test(code) ? { detail: code } : {}),
      });
  }
}
