/** Somebody who asked for an account and waits for an administrator. */
export interface Registration {
  readonly id: string;
  readonly email: string;
  readonly requestedAt: Date;
}
