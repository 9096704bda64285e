import { expect, it } from 'vitest';
import { downloadsOnDemand } from './on-demand-download.ts';

it.each([
  ['npx', ['-y', 'some-server'], true],
  ['/usr/local/bin/npx', [], true],
  ['npm', ['--yes', 'exec', 'some-server'], true],
  ['npm', ['start'], false],
  ['uvx', ['server'], true],
  ['docker', ['run', '-i', 'image'], true],
  ['docker', ['ps'], false],
  ['node', ['npx'], false],
  ['mcp-server-filesystem', ['run'], false],
])('%s %j downloads what it runs: %s', (command, args, wanted) => {
  expect(downloadsOnDemand(command, args)).toBe(wanted);
});
