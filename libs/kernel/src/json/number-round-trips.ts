const SHORT_INTEGER = /^-?\d{1,15}$/;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Whether a JSON number, read as a double and written again, is still the same number. `1.0`, `-0` and `1e2` are;
 * `12345678901234567890` and `1e400` are not. Text that is no number is left to the parser to refuse.
 */
export function numberRoundTrips(token: string): boolean {
  if (SHORT_INTEGER.test(token)) return true;
  const written = significantDigits(token);
  if (written === undefined) return true;
  const value = Number(token);
  if (!Number.isFinite(value)) return false;
  const read = significantDigits(String(value));
  return read !== undefined && read.digits === written.digits && read.exponent === written.exponent;
}

/** `digits` without leading or trailing zeros, such that the number is 0.digits times ten to the `exponent`. */
function significantDigits(token: string): { digits: string; exponent: number } | undefined {
  const match = NUMBER.exec(token);
  if (match === null) return undefined;
  const [, integer = '', fraction = '', power = '0'] = match;
  const all = integer + fraction;
  const firstDigit = all.search(/[1-9]/);
  if (firstDigit < 0) return { digits: '', exponent: 0 };
  return {
    digits: trimEndZeros(all.slice(firstDigit)),
    exponent: integer.length - firstDigit + Number(power),
  };
}

function trimEndZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  return digits.slice(0, end);
}
