import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './line-diff.ts';
import type { PolicySources } from './parse-policies.ts';
import { diffPolicies } from './policy-diff.ts';

describe('diffLines', () => {
  it('tells changed lines with two lines around them', () => {
    expect(diffLines('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nX\ne\nf\n')).toBe(
      '@@ -2,5 +2,5 @@\n b\n c\n-d\n+X\n e\n f\n',
    );
  });

  it.each([
    ['equal texts', 'a\n', 'a\n', ''],
    ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b\n'],
    ['an emptied file', 'a\n', '', '@@ -1 +0,0 @@\n-a\n'],
    ['a missing last newline', 'a\n', 'a', '@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n'],
  ])('tells %s', (_name, before, after, hunks) => {
    expect(diffLines(before, after)).toBe(hunks);
  });

  it('gives patch(1) all it needs to make the one text of the other', () => {
    if (spawnSync('patch', ['--version']).status !== 0) return;
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-diff-'));
    const lines = fc
      .array(fc.constantFrom('a', 'b', 'c', '', '- x', '+ y'), { maxLength: 30 })
      .map((all) => all.map((line) => `${line}\n`).join(''));
    try {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          fc.pre(before !== after);
          writeFileSync(join(folder, 'f'), before);
          const patched = spawnSync('patch', ['-s', '-o', '-', join(folder, 'f')], {
            input: `--- f\n+++ f\n${diffLines(before, after)}`,
            encoding: 'utf8',
            cwd: folder,
          });
          expect(patched.stdout).toBe(after);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stays quick and bounded over large files with nothing in common', () => {
    const many = (word: string) => Array.from({ length: 40_000 }, (_, i) => `${word} é ${i}\n`).join('');
    const of = (text: string): PolicySources => ({
      'roles.yaml': Buffer.from(text),
      'blocklist.yaml': Buffer.from(''),
      'rate-limits.yaml': Buffer.from(''),
      'secrets.yaml': Buffer.from(''),
    });
    const diff = diffPolicies(of(many('old')), of(many('new')));
    expect(Buffer.byteLength(diff)).toBeLessThanOrEqual(8 * 1024);
    expect(diff).toMatch(/^--- services\/governance\/roles\.yaml\n\+\+\+ .*\n@@ /);
    expect(diff.endsWith('\n… (cut)\n')).toBe(true);
    expect(diff).not.toContain('�');
  });
});
