/** A set of tool-name patterns, compiled: exact names, and `*` for any run of characters. */
export class ToolPatterns {
  readonly #names: ReadonlySet<string>;
  readonly #globs: readonly (readonly string[])[];

  constructor(patterns: readonly string[]) {
    this.#names = new Set(patterns.filter((pattern) => !pattern.includes('*')));
    this.#globs = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  }

  /** Whether a lone `*` is among them. */
  get everything(): boolean {
    return this.#globs.some((parts) => parts.length === 2 && parts[0] === '' && parts[1] === '');
  }

  match(action: string): boolean {
    return this.#names.has(action) || this.#globs.some((parts) => matchesParts(action, parts));
  }
}

/** Whether `text` is the parts in their order with anything between them. Linear: each part is looked for once. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= text.length - last.length;
}
