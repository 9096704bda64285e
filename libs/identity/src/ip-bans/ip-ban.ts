/** Addresses from which nobody is served. */
export interface IpBan {
  readonly id: string;
  /** `203.0.113.0/24`. */
  readonly network: string;
  readonly reason: string;
  /** Who banned it: a user id, or `system`. */
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Null: until it is lifted. */
  readonly expiresAt: Date | null;
  readonly liftedAt: Date | null;
}

export function isInForce(ban: IpBan, nowMs: number): boolean {
  return ban.liftedAt === null && (ban.expiresAt === null || ban.expiresAt.getTime() > nowMs);
}
