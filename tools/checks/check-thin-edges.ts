import type { Check, Finding } from './check.ts';
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts';
import {
  child,
  children,
  lineAt,
  moduleSpecifiers,
  nameOf,
  parseFile,
  type SyntaxNode,
  walk,
} from './syntax.ts';

const FOREIGN_MODULES = new Set([
  'pg',
  'typeorm',
  '@nestjs/typeorm',
  'undici',
  'node:http',
  'node:https',
  'node:http2',
  'node:net',
  'node:tls',
]);
const SQL =
  /^\s*(?:select\b[\s\S]*\bfrom\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|with\s+\w+\s+as\s*\(|(?:create|alter|drop)\s+(?:table|view|index|schema|role)\b|truncate\b|copy\s+\S+\s+(?:from|to)\b)/i;

/** Controllers and commands that do more than delegate: SQL, `fetch` or sockets at the edge. */
export function checkThinEdges(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => isEdge(file.path) && !isTestFile(file.path))
    .flatMap((file) => {
      const program = parseFile(file);
      const at = (start: number, message: string): Finding => ({
        file: file.path,
        line: lineAt(file.text, start),
        message,
      });
      const findings = moduleSpecifiers(program)
        .filter(({ specifier }) => FOREIGN_MODULES.has(specifier))
        .map(({ specifier, start }) => at(start, `an edge does not use ${specifier}; a service does`));
      walk(program, (node) => {
        if (isFetch(node)) findings.push(at(node.start, 'an edge does not fetch; a service does'));
        if (SQL.test(literalText(node)))
          findings.push(at(node.start, 'no SQL at the edge; a query of a library'));
      });
      return findings;
    });
}

function isEdge(path: string): boolean {
  return /^apps\/server\/src\/.*\.controller\.ts$/.test(path) || path.startsWith('apps/cli/src/commands/');
}

function isFetch(node: SyntaxNode): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = child(node, 'callee');
  if (callee?.type === 'Identifier') return nameOf(callee) === 'fetch';
  return nameOf(child(callee, 'object')) === 'globalThis' && nameOf(child(callee, 'property')) === 'fetch';
}

/** A literal's text, a template's with a `?` for each substitution. */
function literalText(node: SyntaxNode): string {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : '';
  if (node.type !== 'TemplateLiteral') return '';
  return children(node, 'quasis')
    .map(({ value }) =>
      typeof value === 'object' && value !== null && 'raw' in value ? String(value.raw) : '',
    )
    .join('?');
}

export const thinEdges: Check = {
  name: 'controllers and commands delegate: no SQL, no fetch',
  run: (root) => checkThinEdges(readSourceFiles(root, ['apps'])),
};
