/** What may be told of a version: everything but its value. */
export interface SecretVersion {
  readonly name: string;
  readonly version: number;
  /** Whether this is the one that is opened. */
  readonly isCurrent: boolean;
  readonly keyId: string;
  readonly redact: boolean;
  readonly setAt: Date;
  /** A user's id. */
  readonly setBy: string;
  readonly supersededAt: Date | null;
  readonly unsetAt: Date | null;
  /** When somebody said that it is worth nothing upstream any more. */
  readonly revokedAt: Date | null;
  readonly lastOpenedAt: Date | null;
  /** The MCP server that it was opened for. */
  readonly lastOpenedFor: string | null;
}
