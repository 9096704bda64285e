/** Why a row stands without its erasable content; sealed in it as `contentless`, with `commitment: null`. */
export type ContentlessCause = 'daily_quota' | 'disk_budget';

const DAY_MS = 86_400_000;

/**
 * Bytes of recorded content by user and UTC day (threat T6). Each process counts for itself, from its start; callers
 * without a valid credential are one user, so the map is as long as the list of users.
 */
export class ContentQuota {
  readonly #bytesPerDay: number;
  readonly #used = new Map<string, number>();
  #day = 0;

  constructor(bytesPerDay: number) {
    this.#bytesPerDay = bytesPerDay;
  }

  /** Whether the user's quota of the day is used up. */
  exhausted(userId: string, ms: number): boolean {
    const day = Math.floor(ms / DAY_MS);
    if (day > this.#day) {
      this.#day = day;
      this.#used.clear();
    }
    return (this.#used.get(userId) ?? 0) >= this.#bytesPerDay;
  }

  add(userId: string, bytes: number): void {
    if (bytes > 0) this.#used.set(userId, (this.#used.get(userId) ?? 0) + bytes);
  }
}
