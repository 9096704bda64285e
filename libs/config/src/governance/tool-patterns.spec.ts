import { describe, expect, it } from 'vitest';
import { ToolPatterns } from './tool-patterns.ts';

describe('tool patterns', () => {
  it.each([
    [['Read'], 'Read', true],
    [['Read'], 'ReadAll', false],
    [['Read'], 'read', false],
    [['*'], 'anything', true],
    [['mcp__filesystem__*'], 'mcp__filesystem__read_file', true],
    [['mcp__filesystem__*'], 'mcp__filesystem', false],
    [['mcp__filesystem__*'], 'x_mcp__filesystem__read', false],
    [['mcp__*__read_*'], 'mcp__a__read_b', true],
    [['mcp__*__read_*'], 'mcp__a__write_b', false],
    [['a*a'], 'a', false],
    [['a*b*a'], 'aba', true],
    [['a*b*ba'], 'aba', false],
    [['*.*'], 'ab', false],
    [[], 'Read', false],
  ] as const)('%j on %s: %s', (patterns, action, matches) => {
    expect(new ToolPatterns(patterns).match(action)).toBe(matches);
  });
});
