import { AppError } from '@gatehouse/kernel';

const OF_A_USER = 4;
const IN_ALL = 100;

/** How many streams there may be: four a user, a hundred in all. */
export class StreamPlaces {
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** Returns how to give the place back. @throws AppError `AUDIT_STREAMS_LIMITED` */
  take(userId: string): () => void {
    const own = this.#taken.get(userId) ?? 0;
    if (own >= OF_A_USER || this.#all >= IN_ALL) {
      throw new AppError('AUDIT_STREAMS_LIMITED', 'Too many audit streams are open.', {
        hint: `At most ${OF_A_USER} a user and ${IN_ALL} in all; close one.`,
      });
    }
    this.#taken.set(userId, own + 1);
    this.#all += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#all -= 1;
      const left = (this.#taken.get(userId) ?? 1) - 1;
      if (left === 0) this.#taken.delete(userId);
      else this.#taken.set(userId, left);
    };
  }
}
