/** The text backwards, by UTF-16 unit, so that an index has its counterpart. */
export function reverse(text: string): string {
  if (text.length <= SHORT && isReversedInto(scratch, text))
    return scratch.toString('latin1', 0, text.length);
  const units = new Uint16Array(text.length);
  for (let i = 0, last = text.length - 1; i <= last; i += 1) units[last - i] = text.charCodeAt(i);
  return Buffer.from(units.buffer).toString('utf16le');
}

const SHORT = 4096;
const scratch = Buffer.alloc(SHORT);

/** False for text that does not fit into bytes. */
function isReversedInto(target: Uint8Array, text: string): boolean {
  for (let i = 0, last = text.length - 1; i <= last; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return false;
    target[last - i] = unit;
  }
  return true;
}
