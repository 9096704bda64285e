const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/**
 * How long to wait after so many failures in a row: nothing after the first (a child may die once), then 0.5 s,
 * doubled each time, at most a minute.
 */
export function backoffMs(failures: number): number {
  if (failures <= 1) return 0;
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 2, 16));
}
