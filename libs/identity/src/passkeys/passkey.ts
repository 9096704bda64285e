/** A passkey of a user, as it is shown. */
export interface Passkey {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** With what a signature is checked against. */
export interface StoredPasskey extends Passkey {
  readonly publicKey: Buffer;
  readonly counter: number;
}
