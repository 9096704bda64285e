/**
 * Characters that stand, in a resolved word or an output, for what cannot be known without running something.
 * A rule that sees one knows that any text may be there.
 */
export const HOLE = '\u0000';
/** Unknown, and it came from the network. */
export const NETWORK = '\u0001';
/** Unknown, and it was decoded or decrypted from something else. */
export const DECODED = '\u0002';

const ANY = /[\0-\x02]/;
const ALL = /[\0-\x02]/g;

export function hasUnknown(text: string): boolean {
  return ANY.test(text);
}

/** The text as it is when everything unknown is empty. */
export function withoutUnknown(text: string): string {
  return text.replace(ALL, '');
}
