import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditBundles, AuditLog, AuditSigning, recordedCalls } from '@gatehouse/audit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

/** A disk that is really full: a small one in memory. Only root can mount one. */
const disk = mkdtempSync(join(tmpdir(), 'gatehouse-disk-'));
const refused = mount();

function mount(): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=0711', 'gatehouse-test', disk], {
      stdio: 'pipe',
    });
    return null;
  } catch (error) {
    return `no disk can be mounted here: ${(error as Error).message.split('\n')[0]}`;
  }
}

let server: TestServer;
const before = process.env.TMPDIR;

describe.skipIf(refused !== null)(
  `a disk without a byte left${refused === null ? '' : ` (${refused})`}`,
  () => {
    beforeAll(async () => {
      process.env.TMPDIR = disk;
      server = await aServer({ tools: false, ownCluster: true });
      await server.discovered;
    });

    afterAll(async () => {
      await server.end();
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    });

    it('lets no call through without its row, loses none, and goes on when there is room again', async () => {
      const token = await server.token('admin@localhost', 'hooks');
      const allowed: string[] = [];
      const decide = async (task: string, bytes = 10) => {
        const hook = preToolUse('Read', { file_path: `/srv/${'x'.repeat(bytes)}` }, { tool_use_id: task });
        const { body } = await postHook(server, token, hook);
        const yes = body.hookSpecificOutput?.permissionDecision === 'allow';
        if (yes) allowed.push(task);
        return yes;
      };
      expect(await decide('before')).toBe(true);
      const filler = fill();
      const during = await Promise.all(Array.from({ length: 60 }, (_, i) => decide(`full-${i}`, 12_000)));
      expect(during).toContain(false);
      rmSync(filler);
      await expect.poll(() => decide(`after-${Math.random()}`), { timeout: 45_000 }).toBe(true);
      const { rows } = await server.sql.query<{ task_id: string }>(
        `select task_id from audit_log where event = 'tool_call.decided' and decision = 'allow'`,
      );
      const recorded = new Set(rows.map((row) => row.task_id));
      expect(allowed.filter((task) => !recorded.has(task))).toEqual([]);
      const log = server.app.get(AuditLog);
      await expect.poll(() => log.status().calls.open, { timeout: 20_000 }).toBe(0);
      await decide('last');
      const { calls } = log.status();
      expect(calls).toMatchObject({ open: 0, unaccounted: 0 });
      const found = await recordedCalls(server.sql);
      expect(found.rows + found.inGap).toBe(calls.recorded + calls.inGap);
      await server.app.get(AuditSigning).signNow();
      expect(await server.app.get(AuditBundles).verify()).toMatchObject({ ok: true, problems: [] });
    }, 120_000);
  },
);

/** Takes what room there is. */
function fill(): string {
  const file = join(disk, 'filler');
  const fd = openSync(file, 'w');
  for (const size of [1024 * 1024, 4096]) {
    const block = Buffer.alloc(size, 1);
    try {
      for (;;) if (writeSync(fd, block) < size) break;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(fd);
  return file;
}
