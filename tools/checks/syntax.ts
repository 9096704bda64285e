import { parseSync } from 'oxc-parser';
import type { SourceFile } from './source-files.ts';

/** A node of the ESTree that oxc-parser gives. Fields other than `type` and `start` are read through `child` and `text`. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** The file's syntax tree. @throws Error when the file does not parse: a check must not pass on what it could not read. */
export function parseFile(file: SourceFile): SyntaxNode {
  const { program, errors } = parseSync(file.path, file.text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file.path} does not parse: ${error.message}`);
  if (!isNode(program)) throw new Error(`${file.path} has no syntax tree`);
  return program;
}

/** Visits every node depth first, each with its ancestors, the nearest last. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
  ancestors: readonly SyntaxNode[] = [],
): void {
  visit(node, ancestors);
  const below = [...ancestors, node];
  for (const value of Object.values(node)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isNode(item)) walk(item, visit, below);
    }
  }
}

/** The child node of that name, or null. */
export function child(node: SyntaxNode | null, field: string): SyntaxNode | null {
  const value = node?.[field];
  return isNode(value) ? value : null;
}

/** The child nodes of that name; empty when there are none. */
export function children(node: SyntaxNode | null, field: string): SyntaxNode[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** An identifier's name, or the value of a literal string or of a template without substitutions; else null. */
export function nameOf(node: SyntaxNode | null): string | null {
  if (node === null) return null;
  if (node.type === 'Identifier') return typeof node.name === 'string' ? node.name : null;
  return stringOf(node);
}

/** The value of a literal string or of a template without substitutions; else null. */
export function stringOf(node: SyntaxNode | null): string | null {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node?.type !== 'TemplateLiteral') return null;
  const [only, ...more] = children(node, 'quasis');
  if (only === undefined || more.length > 0) return null;
  const value = only.value;
  return typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string'
    ? value.cooked
    : null;
}

/** Where a module is named: `import … from`, `export … from`, `import()`, `import type`. */
export function moduleSpecifiers(program: SyntaxNode): { specifier: string; start: number }[] {
  const found: { specifier: string; start: number }[] = [];
  walk(program, (node) => {
    const specifier = stringOf(child(node, 'source'));
    if (specifier !== null && /^(?:Import|Export)/.test(node.type))
      found.push({ specifier, start: node.start });
  });
  return found;
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
