/** A stretch of bytes that is a secret, and whose. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** Finds every stretch of `bytes` that is a known secret in a listed encoding, in order of its start. */
export type FindSpans = (bytes: Buffer) => readonly Span[];

/**
 * What `find` finds, and what it finds once line breaks are left out: base64 as programs wrap it, and a value that was
 * cut into lines.
 */
export function acrossLineBreaks(find: FindSpans): FindSpans {
  return (bytes) => {
    const plain = find(bytes);
    if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return plain;
    const joined = Buffer.allocUnsafe(bytes.length);
    const places = new Uint32Array(bytes.length);
    let length = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === 0x0a || byte === 0x0d) continue;
      joined[length] = byte;
      places[length] = at;
      length += 1;
    }
    const across = find(joined.subarray(0, length)).map(({ start, end, name }) => ({
      start: places[start]!,
      end: places[end - 1]! + 1,
      name,
    }));
    return merged([...plain, ...across].sort((a, b) => a.start - b.start || b.end - a.end));
  };
}

/** Overlapping stretches become one, under the first one's name. */
export function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) joined.push(span);
    else if (span.end > last.end) joined[joined.length - 1] = { ...last, end: span.end };
  }
  return joined;
}

/** `bytes` with each stretch replaced by `[REDACTED:NAME]`. */
export function withoutSpans(bytes: Buffer, spans: readonly Span[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end, name } of merged(spans)) {
    parts.push(bytes.subarray(from, start), Buffer.from(`[REDACTED:${name}]`));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}
