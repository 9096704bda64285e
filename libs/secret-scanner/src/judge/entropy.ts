const counts = new Uint16Array(256);

/** Shannon entropy of the text's characters, in bits per character. */
export function shannonEntropy(text: string): number {
  const length = Math.min(text.length, 0xffff);
  if (length === 0) return 0;
  counts.fill(0);
  for (let i = 0; i < length; i += 1) counts[text.charCodeAt(i) & 0xff]! += 1;
  let entropy = 0;
  for (const count of counts) {
    if (count > 0) entropy -= (count / length) * Math.log2(count / length);
  }
  return entropy;
}
