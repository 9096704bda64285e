/** Wall-clock milliseconds since the epoch. Injected wherever a decision depends on time. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
