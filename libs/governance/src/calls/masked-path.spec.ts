import { describe, expect, it } from 'vitest';
import { maskedPath } from './masked-path.ts';

const call = (action: string, inputSchema?: object) => ({
  action,
  tool: action,
  server: null,
  input: {},
  cwd: null,
  ...(inputSchema === undefined ? {} : { inputSchema: inputSchema as never }),
});
const schema = {
  properties: {
    path: { type: 'string' },
    edits: { type: 'array', items: { properties: { text: { type: 'string' } } } },
  },
};

describe('maskedPath', () => {
  it.each([
    ['a key of the schema', ['path'], schema, '$.path'],
    ['keys of the schema in arrays', ['edits', 3, 'text'], schema, '$.edits[3].text'],
    ['a key that the client made up', ['hunter2'], schema, '$.*'],
    ['what lies below it', ['hunter2', 'path', 0], schema, '$.*.*[0]'],
    ['a key of Object', ['constructor', 'toString'], schema, '$.*.*'],
  ])('shows %s', (_name, segments, inputSchema, path) => {
    expect(maskedPath(segments, call('mcp__a__b', inputSchema))).toBe(path);
  });

  it("knows the keys of the client's own tools, at the top alone", () => {
    expect(maskedPath(['command'], call('Bash'))).toBe('$.command');
    expect(maskedPath(['hunter2'], call('Bash'))).toBe('$.*');
    expect(maskedPath(['edits', 0, 'content'], call('MultiEdit'))).toBe('$.edits[0].*');
    expect(maskedPath(['command'], call('SomeOtherTool'))).toBe('$.*');
  });
});
