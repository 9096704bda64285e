import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnchorRecord } from '../src/anchors/anchor.ts';
import { fileAnchor } from '../src/anchors/file-anchor.ts';
import { syslogAnchor } from '../src/anchors/syslog-anchor.ts';
import { aFolder } from './a-folder.ts';

/** A busy machine is slow. */
const SOON = { timeout: 15_000 };
let folder: string;
beforeAll(() => {
  folder = aFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an anchor', () => {
  const record: AnchorRecord = {
    event: 'audit.checkpoint',
    at: '2026-11-27T12:00:00.000Z',
    size: 3,
    checkpoint: 'a\nb\n\n— c d\n',
  };

  it('in a file is a line for each checkpoint', async () => {
    const file = join(folder, 'anchors.ndjson');
    const anchor = fileAnchor(file);
    await anchor.publish(record);
    await anchor.publish({ ...record, size: 4 });
    expect(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).size),
    ).toEqual([3, 4]);
  });

  it('in syslog is one message, and one that nobody takes is a failure', async () => {
    const socket = join(folder, 'log');
    let got = '';
    const server = createServer((peer) =>
      peer.on('data', (bytes) => {
        got += bytes.toString();
      }),
    ).listen(socket);
    await new Promise((listening) => server.once('listening', listening));
    await syslogAnchor(socket).publish(record);
    await expect.poll(() => got, SOON).toContain(JSON.stringify(record));
    expect(got).toMatch(/^<37>/);
    server.close();
    await expect(syslogAnchor(join(folder, 'nobody')).publish(record)).rejects.toThrow(/logger exited/);
  });
});
