import { constants } from 'node:os';

/** Why a caged tool ended, of which the cage tells but an exit code. */
export function causeInCage(cause: string): string {
  const code = Number(/^it exited with code (\d{1,3})$/.exec(cause)?.[1] ?? Number.NaN);
  if (code === 125) return 'its cage could not be built';
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined ? cause : `it was ended by ${signal}`;
}
