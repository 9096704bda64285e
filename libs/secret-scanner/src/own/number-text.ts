/** Shorter texts are never secrets. */
const SHORTEST = 12;

/** A number as it would be written, where that is long enough to be a secret; most are not. */
export function numberText(value: number): string | undefined {
  if (Number.isInteger(value) && Math.abs(value) < 1e10) return undefined;
  const text = String(value);
  return text.length < SHORTEST ? undefined : text;
}
