import type {
  DoubleQuotedChild,
  DoubleQuotedPart,
  ParameterExpansionPart,
  ParsedScript,
  Word,
  WordPart,
} from 'unbash';
import { HOLE, hasUnknown } from './unknown.ts';
import type { Variables } from './variables.ts';

/** Runs, on paper, the script of a substitution; answers what it prints. */
export type RunScript = (script: ParsedScript) => string;

const MOST_ALTERNATIVES = 32;
const MOST_BRACES = 8;
const MOST_TEXT = 65_536;

/** The fields that a shell makes of a word: expansions, splitting of what is not quoted, braces. */
export function resolveWord(word: Word, variables: Variables, run: RunScript): string[] {
  if (word.parts === undefined) return [word.value];
  const fields = new Fields();
  for (const part of word.parts) addPart(fields, part, variables, run);
  return fields.finish();
}

/** A word where the shell does not split: an assignment, a redirection, a here-document. */
export function resolveText(
  parts: readonly WordPart[] | undefined,
  value: string,
  variables: Variables,
  run: RunScript,
): string {
  if (parts === undefined) return value;
  let text = '';
  for (const part of parts) {
    text += textOf(part, variables, run);
    if (text.length > MOST_TEXT) break;
  }
  return text;
}

class Fields {
  readonly #done: string[] = [];
  #open: string[] = [''];
  #started = false;
  #braces = 0;

  add(text: string): void {
    this.#started = true;
    this.#open = this.#open.map((field) => (field.length > MOST_TEXT ? field : field + text));
  }

  /** Text of an expansion outside quotes: white space ends a field. */
  split(text: string): void {
    const pieces = text.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) this.#end();
      if (piece !== '') this.add(piece);
    }
  }

  multiply(alternatives: readonly string[], written: string): void {
    this.#started = true;
    if (++this.#braces > MOST_BRACES) {
      this.add(written);
      return;
    }
    this.#open = this.#open
      .flatMap((field) => alternatives.map((alternative) => field + alternative))
      .slice(0, MOST_ALTERNATIVES);
  }

  finish(): string[] {
    this.#end();
    return this.#done;
  }

  #end(): void {
    if (this.#started && this.#done.length < 8192) this.#done.push(...this.#open);
    this.#open = [''];
    this.#started = false;
  }
}

function addPart(fields: Fields, part: WordPart, variables: Variables, run: RunScript): void {
  switch (part.type) {
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
      fields.split(textOf(part, variables, run));
      return;
    case 'DoubleQuoted':
      if (isAllOf(part)) fields.split(textOf(part, variables, run));
      else fields.add(textOf(part, variables, run));
      return;
    case 'BraceExpansion':
      fields.multiply(bracesOf(part.text), part.text);
      return;
    default:
      fields.add(textOf(part, variables, run));
  }
}

/** `"$@"` and `"${name[@]}"`: as many fields as there are values, quoted or not. */
function isAllOf(part: DoubleQuotedPart): boolean {
  const [only] = part.parts;
  if (part.parts.length !== 1 || only === undefined) return false;
  if (only.type === 'SimpleExpansion') return only.text === '$@';
  return only.type === 'ParameterExpansion' && (only.parameter === '@' || only.index?.value === '@');
}

function textOf(part: WordPart, variables: Variables, run: RunScript): string {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return part.value;
    case 'DoubleQuoted':
    case 'LocaleString':
      return resolveText(part.parts satisfies readonly DoubleQuotedChild[], part.text, variables, run);
    case 'SimpleExpansion':
      return variables.read(part.text.slice(1));
    case 'ParameterExpansion':
      return parameter(part, variables, run);
    case 'CommandExpansion':
      return part.script === undefined ? HOLE : withoutLastLines(run(part.script));
    case 'ProcessSubstitution':
      // The program reads a file that holds what the script prints.
      return part.script === undefined ? HOLE : `/dev/fd/${run(part.script)}`;
    case 'ArithmeticExpansion':
      if (/\$\(|`/.test(part.text)) runArithmetic(part, run);
      return /^\$\(\(\s*\d+\s*\)\)$/.test(part.text) ? part.text.replace(/\D/g, '') : HOLE;
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return part.text;
  }
}

/** What a substitution keeps: everything but the line ends at its end. */
function withoutLastLines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

function runArithmetic(node: object, run: RunScript): void {
  for (const child of Object.values(node)) {
    if (typeof child !== 'object' || child === null) continue;
    if ('type' in child && child.type === 'Script') run(child as ParsedScript);
    else runArithmetic(child, run);
  }
}

function parameter(part: ParameterExpansionPart, variables: Variables, run: RunScript): string {
  let value = variables.get(part.parameter);
  if (part.prefix === '!' && value !== undefined) value = variables.get(value);
  if (part.prefix === '#') return value === undefined ? HOLE : String(value.length);
  const operation = part.operation;
  if (operation === undefined) return value ?? HOLE;
  const text = (word: Word): string => resolveText(word.parts, word.value, variables, run);
  switch (operation.type) {
    case 'Default': {
      const operand = text(operation.operand);
      if (operation.operator.endsWith('?')) return value ?? HOLE;
      if (operation.operator.endsWith('+')) return value === undefined ? '' : operand;
      if (operation.operator.endsWith('=') && value === undefined) variables.set(part.parameter, operand);
      return value ?? operand;
    }
    case 'CaseModification':
      if (value === undefined || operation.operand !== undefined) return value ?? HOLE;
      return operation.operator.startsWith(',') ? value.toLowerCase() : value.toUpperCase();
    case 'Slice':
      return slice(
        value,
        text(operation.offset),
        operation.length === undefined ? undefined : text(operation.length),
      );
    case 'Replace':
      return replace(value, operation.operator, text(operation.pattern), text(operation.replacement));
    case 'Remove':
      return remove(value, operation.operator, text(operation.operand));
    default:
      return HOLE;
  }
}

function slice(value: string | undefined, offset: string, length: string | undefined): string {
  const from = Number(offset);
  const count = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
  if (value === undefined || Number.isNaN(from) || Number.isNaN(count)) return HOLE;
  const start = from < 0 ? value.length + from : from;
  return value.slice(start, count < 0 ? count : start + count);
}

function replace(value: string | undefined, operator: string, pattern: string, replacement: string): string {
  if (value === undefined || pattern === '' || /[*?[]/.test(pattern) || hasUnknown(pattern))
    return value ?? HOLE;
  if (operator === '//') return value.replaceAll(pattern, () => replacement).slice(0, MOST_TEXT);
  return value.replace(pattern, () => replacement);
}

function remove(value: string | undefined, operator: string, pattern: string): string {
  if (value === undefined || hasUnknown(pattern)) return HOLE;
  if (/[*?[]/.test(pattern)) return HOLE;
  if (operator.startsWith('#')) return value.startsWith(pattern) ? value.slice(pattern.length) : value;
  return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) : value;
}

/** `{a,b}` without what hides in it; a range stays as it is written. */
function bracesOf(text: string): string[] {
  const inner = text.slice(1, -1);
  if (!inner.includes(',')) return [text];
  const items = inner.replace(/["'\\]/g, '').split(',');
  return items.map((item) => item.replace(/[{}]/g, '')).slice(0, MOST_ALTERNATIVES);
}
