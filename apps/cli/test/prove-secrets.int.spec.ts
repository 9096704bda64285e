import { afterAll, beforeAll, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;

beforeAll(async () => {
  await build('cli', 'server');
  shell = new CommandLine();
}, 180_000);
afterAll(() => shell.remove());

it('S1: whatever a tool prints, the server never holds its secret, and its child alone does', async () => {
  const { code, stdout, stderr } = await shell.run(['admin', 'compliance', 'prove-secrets', '--json']);
  if (stdout === '') throw new Error(stderr);
  const { searched, met } = (JSON.parse(stdout) as { data: Proof }).data;
  const searchedBytes = (place: string) => searched.find((row) => row.place === place)?.bytes;
  expect(searched.filter((row) => !row.met)).toEqual([]);
  expect(searched.filter((row) => row.expected === 'present').map(({ place }) => place)).toEqual([
    'the environment of its child',
    'its marker in the answers',
  ]);
  // A search that saw nothing finds nothing: a server of ours has tens of megabytes of each.
  expect(searchedBytes("the server's memory")).toBeGreaterThan(50_000_000);
  expect(searchedBytes("the server's heap snapshot")).toBeGreaterThan(10_000_000);
  expect({ met, code }).toEqual({ met: true, code: 0 });
}, 180_000);

interface Proof {
  readonly met: boolean;
  readonly searched: readonly {
    readonly place: string;
    readonly bytes: number;
    readonly expected: string;
    readonly met: boolean;
  }[];
}
