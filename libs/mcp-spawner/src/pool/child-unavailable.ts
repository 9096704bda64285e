import { AppError } from '@gatehouse/kernel';

/** No child can be had for a call now. The call has not reached any child; its message may be shown. */
export class ChildUnavailable extends AppError {
  /** When trying again may help, in milliseconds from now. */
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null) {
    super('MCP_SPAWNER_CHILD_UNAVAILABLE', message, { owner: 'operator' });
    this.retryAfterMs = retryAfterMs;
  }

  static backingOff(
    server: string,
    blocking: { readonly waitMs: number; readonly cause: string },
  ): ChildUnavailable {
    const seconds = (blocking.waitMs / 1000).toFixed(1);
    return new ChildUnavailable(
      `MCP server ${server} failed (${blocking.cause}) and may be started again in ${seconds} s`,
      Math.ceil(blocking.waitMs),
    );
  }

  static tooMany(server: string): ChildUnavailable {
    return new ChildUnavailable(
      `all processes of MCP server ${server} that this user may have are busy`,
      1_000,
    );
  }
}
