import type { JsonValue } from '@gatehouse/kernel';
import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { type PathSegment, pathText } from '../problem/path-text.ts';
import { offsetOf, plainValue } from './plain-value.ts';

/** Enough to act on; a file that is no YAML at all would otherwise fill the screen. */
const MAX_SYNTAX_PROBLEMS = 20;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A YAML file as a plain value that still knows where each part of it stands. */
export interface YamlDocument {
  readonly file: string;
  readonly text: string;
  readonly value: JsonValue;
  /** Where the value at `path` begins, or its key; the nearest part that exists when it does not. */
  placeOf(path: readonly PathSegment[], part: 'key' | 'value'): { line: number; column: number };
  problem(
    path: readonly PathSegment[],
    part: 'key' | 'value',
    told: Pick<ConfigurationProblem, 'message' | 'expected' | 'nearest' | 'kind'>,
  ): ConfigurationProblem;
}

export type ParsedYaml =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/** Reads YAML 1.2 (core schema), one document, strictly. `file` is the name that problems carry. */
export function parseYaml(file: string, bytes: Uint8Array): ParsedYaml {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return failed({ file, line: 1, column: 1, path: '', message: 'is not valid UTF-8' });
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const parsed: Document.Parsed[] = Array.isArray(documents) ? documents : [];
  const problems: ConfigurationProblem[] = [];
  const refuse = (offset: number, path: readonly PathSegment[], message: string, expected?: string) => {
    problems.push({
      file,
      ...placeAt(lines, offset),
      path: pathText(path),
      message,
      ...(expected === undefined ? {} : { expected }),
    });
  };
  for (const document of parsed) {
    for (const fault of [...document.errors, ...document.warnings]) {
      if (problems.length < MAX_SYNTAX_PROBLEMS) refuse(fault.pos[0], [], syntaxMessage(fault.message));
    }
    if (document.directives.yaml.explicit === true || Object.keys(document.directives.tags).length > 1) {
      refuse(0, [], 'has a YAML directive', 'a file without % directives');
    }
  }
  if (parsed[1] !== undefined && problems.length === 0) {
    refuse(parsed[1].range[0], [], 'holds more than one document', 'one document a file');
  }
  if (problems.length > 0) return { ok: false, problems };
  const root = parsed[0]?.contents ?? null;
  const value = plainValue(root, [], refuse);
  if (problems.length > 0) return { ok: false, problems };
  const placeOf: YamlDocument['placeOf'] = (path, part) => placeAt(lines, offsetAt(root, path, part));
  return {
    ok: true,
    document: {
      file,
      text,
      value,
      placeOf,
      problem: (path, part, told) => ({ file, ...placeOf(path, part), path: pathText(path), ...told }),
    },
  };
}

function failed(problem: ConfigurationProblem): ParsedYaml {
  return { ok: false, problems: [problem] };
}

function placeAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** The parser's own sentence without the piece of source that it may quote. */
function syntaxMessage(message: string): string {
  const sentence = message.split(': "')[0] ?? '';
  if (sentence.includes('call stack')) return 'is not valid YAML: nested too deep';
  return `is not valid YAML: ${sentence.replaceAll('\n', ' ').slice(0, 160)}`;
}

function offsetAt(root: unknown, path: readonly PathSegment[], part: 'key' | 'value'): number {
  let node = root;
  let offset = offsetOf(root);
  for (const [index, segment] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === segment);
      if (pair === undefined) return offset;
      const last = index === path.length - 1;
      // An empty value has no place of its own: its key stands for it.
      const empty = isScalar(pair.value) && pair.value.range?.[0] === pair.value.range?.[1];
      offset =
        (last && part === 'key') || empty || pair.value === null ? offsetOf(pair.key) : offsetOf(pair.value);
      // A missing or unknown key below a map is told at the key that opens the map.
      node = pair.value;
    } else if (isSeq(node) && typeof segment === 'number') {
      node = node.items[segment];
      offset = offsetOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}
