/** The text backwards, by UTF-16 unit, so that an index has its counterpart. */
export function reverse(text: string): string {
  return text.split('').reverse().join('');
}
