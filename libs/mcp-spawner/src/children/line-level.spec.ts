import { expect, it } from 'vitest';
import { lineLevel } from './line-level.ts';

it.each([
  ['Knowledge Graph MCP Server running on stdio', 'info'],
  ['Error: cannot find module', 'error'],
  ['TypeError: x is not a function', 'error'],
  ['[WARN] disk is nearly full', 'warn'],
  ['2026-11-27T18:57:10.714Z server  debug  waiting', 'debug'],
  ['(node:7) ExperimentalWarning: WASI', 'info'],
  ['{"level":"warning","message":"error"}', 'warn'],
  ['{"level":50,"msg":"it broke"}', 'error'],
  ['{"level":20,"msg":"it broke"}', 'debug'],
  ['{"severity":"CRITICAL"}', 'error'],
  ['{not json, error', 'error'],
  ['a line that ends, after very many words of no interest, in an error', 'info'],
  ['', 'info'],
])('of %j is %s', (text, level) => {
  expect(lineLevel(text)).toBe(level);
});
