import { symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aCheckout } from '../../../test/a-checkout.ts';
import { protectedPaths, protectedRootProblem } from './protected-roots.ts';

function judge(argument: (root: string) => string): string | undefined {
  const checkout = aCheckout();
  symlinkSync('services', checkout.path('innocent'));
  const { installation } = checkout;
  return protectedRootProblem(installation, protectedPaths(installation), argument(checkout.root))?.message;
}

describe('what an MCP server may be given', () => {
  it.each<[string, (root: string) => string, string]>([
    ['the checkout', () => '.', 'would open services/ to the server'],
    ['the root of everything', () => '/', 'would open services/ to the server'],
    ['services', () => './services', 'would open services/ to the server'],
    ['a folder below services', () => 'services/mcp', 'lies in services/'],
    ['a way around', () => 'demo/../services', 'would open services/ to the server'],
    ['a link', () => 'innocent', 'would open services/ to the server'],
    ['a folder below a link', () => 'innocent/mcp', 'lies in services/'],
    ['the state folder before it exists', () => '.gatehouse/new', 'lies in the state folder'],
    ['an absolute path', (root) => join(root, 'services'), 'would open services/ to the server'],
    ['a flag’s value', () => '--root=services', 'would open services/ to the server'],
    ['a file address', (root) => `file://${root}`, 'would open services/ to the server'],
    ['the home', () => '~', 'to the server'],
    ['a client’s settings', () => join(homedir(), '.claude', 'projects'), "lies in a client's settings"],
  ])('refuses %s', (_name, argument, message) => {
    expect(judge(argument)).toContain(message);
  });

  it.each([
    './demo/fixtures',
    'stdio',
    '-y',
    '--verbose',
    '',
    '--level=3',
    'https://example.test/services',
    'servicesx',
  ])('takes %j', (argument) => {
    expect(judge(() => argument)).toBeUndefined();
  });
});
