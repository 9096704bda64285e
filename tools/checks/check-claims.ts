import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Check, Finding } from './check.ts';
import { child, children, nameOf, parseFile, type SyntaxNode, stringOf, walk } from './syntax.ts';

/** What proves a claim: a test (`file › title`, titles nested by more `›`) or a demo (a path). */
export type Proof = { readonly test: string } | { readonly demo: string };

export interface Claim {
  readonly id: string;
  readonly sentence: string;
  readonly state: 'proven' | 'planned';
  readonly proofs: readonly Proof[];
}

/** What the check needs to see of the checkout. `read` gives a file's text, or null where there is none. */
export interface ClaimSources {
  readonly claims: readonly Claim[];
  readonly readme: string | null;
  readonly read: (path: string) => string | null;
}

const LIST = 'tools/claims/claims.yaml';

/** Proven claims without an existing proof, and claims that the README states and nothing proves. */
export function checkClaims({ claims, readme, read }: ClaimSources): Finding[] {
  const proven = new Set(claims.filter(({ state }) => state === 'proven').map(({ id }) => id));
  return [
    ...claims.flatMap((claim, index) => shapeFindings(claim, claims.slice(0, index))),
    ...claims.flatMap((claim) => proofFindings(claim, read)),
    ...statedIds(readme ?? '')
      .filter(({ id }) => !proven.has(id))
      .map(({ id, line }) => ({ file: 'README.md', line, message: `states ${id}, which is not proven` })),
  ];
}

function shapeFindings(claim: Claim, before: readonly Claim[]): Finding[] {
  const wrong =
    typeof claim.id !== 'string' ||
    !/^[A-Z][1-9]\d*$/.test(claim.id) ||
    typeof claim.sentence !== 'string' ||
    claim.sentence === '' ||
    (claim.state !== 'proven' && claim.state !== 'planned') ||
    !Array.isArray(claim.proofs);
  if (wrong) return [at(`${claim.id}: needs an id such as G1, a sentence, a state and a list of proofs`)];
  return before.some(({ id }) => id === claim.id) ? [at(`${claim.id} stands here twice`)] : [];
}

function proofFindings(claim: Claim, read: ClaimSources['read']): Finding[] {
  if (!Array.isArray(claim.proofs)) return [];
  const missing = claim.proofs.flatMap((proof) => {
    const problem = 'test' in proof ? testProblem(proof.test, read) : demoProblem(proof.demo, read);
    return problem === null ? [] : [at(`${claim.id}: ${problem}`)];
  });
  if (claim.state !== 'proven' || claim.proofs.length > 0) return missing;
  return [at(`${claim.id} is called proven and lists no proof`)];
}

function demoProblem(path: string, read: ClaimSources['read']): string | null {
  return read(path) === null ? `there is no demo ${path}` : null;
}

function testProblem(test: string, read: ClaimSources['read']): string | null {
  const [path = '', ...titles] = test.split('›').map((part) => part.trim());
  if (titles.length === 0) return `a test is written "file › title", not "${test}"`;
  const text = read(path);
  if (text === null) return `there is no test file ${path}`;
  const known = testTitles(parseFile({ path, text }));
  const unknown = titles.find((title) => !known.has(title));
  return unknown === undefined ? null : `${path} has no running test "${unknown}"`;
}

/** The titles of `it`, `test` and `describe`, in any form but those that do not run (`skip`, `todo`, `fails`). */
function testTitles(program: SyntaxNode): Set<string> {
  const titles = new Set<string>();
  walk(program, (node) => {
    if (node.type !== 'CallExpression') return;
    const chain = calleeChain(child(node, 'callee'));
    const runs = chain.every((name) => !['skip', 'todo', 'fails', 'skipIf', 'runIf'].includes(name));
    const title = stringOf(children(node, 'arguments')[0] ?? null);
    if (runs && title !== null && ['it', 'test', 'describe'].includes(chain.at(-1) ?? '')) titles.add(title);
  });
  return titles;
}

/** `it.each(table)` → ['each', 'it']. */
function calleeChain(node: SyntaxNode | null): string[] {
  if (node === null) return [];
  if (node.type === 'CallExpression') return calleeChain(child(node, 'callee'));
  if (node.type === 'TaggedTemplateExpression') return calleeChain(child(node, 'tag'));
  if (node.type !== 'MemberExpression') return [nameOf(node) ?? ''];
  return [nameOf(child(node, 'property')) ?? '', ...calleeChain(child(node, 'object'))];
}

/** Claims stated as `**G1**` or as the first cell of a table row, outside fenced code. */
function statedIds(readme: string): { id: string; line: number }[] {
  const found: { id: string; line: number }[] = [];
  let fenced = false;
  for (const [index, line] of readme.split('\n').entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) continue;
    for (const match of line.matchAll(/\*\*([GASMIPU]\d{1,2})\b|^\|\s*`?([GASMIPU]\d{1,2})`?\s*\|/g)) {
      found.push({ id: match[1] ?? match[2] ?? '', line: index + 1 });
    }
  }
  return found;
}

function at(message: string): Finding {
  return { file: LIST, line: 0, message };
}

export const claims: Check = {
  name: 'every claim that is made has its proof',
  run: (root) => {
    const read = (path: string): string | null =>
      existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
    return checkClaims({ claims: parse(read(LIST) ?? '').claims, readme: read('README.md'), read });
  },
};
