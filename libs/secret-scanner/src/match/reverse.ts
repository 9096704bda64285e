/** The text backwards, by UTF-16 unit, so that an index has its counterpart. */
export function reverse(text: string): string {
  const units = new Uint16Array(text.length);
  for (let i = 0, last = text.length - 1; i <= last; i += 1) units[last - i] = text.charCodeAt(i);
  return Buffer.from(units.buffer).toString('utf16le');
}
