/** Who has to act: the caller, the operator of this installation, or we. */
export type ErrorOwner = 'caller' | 'operator' | 'gatehouse';

export interface AppErrorOptions {
  readonly owner?: ErrorOwner;
  /** One sentence: what to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An expected failure with a stable code (`UPPER_SNAKE`, prefixed by its library). Only an edge turns it into
 * an HTTP status or an exit code. Its message is safe to show: it holds no value that a client or a tool sent.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly owner: ErrorOwner;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.owner = options.owner ?? 'caller';
    this.hint = options.hint;
  }
}
