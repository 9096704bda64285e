import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../test/a-server.ts';

const IS_ROOT = process.getuid?.() === 0;
/** Without any right, as setpriv(1) would make it. */
const NOBODY = 65_534;
const SCRIPT = fileURLToPath(new URL('../../test/fixtures/escape-as-user.ts', import.meta.url));
let folder: string;
let home: string;
beforeAll(() => {
  if (!IS_ROOT) return;
  // Not below /tmp, which every cage covers whatever is in it.
  folder = mkdtempSync('/opt/without-root-');
  home = join(folder, 'home');
  for (const name of ['', 'state', 'keys', 'services', '.ssh']) {
    mkdirSync(join(home, name), { mode: 0o700 });
    chownSync(join(home, name), NOBODY, NOBODY);
  }
  for (const name of ['state', 'keys', 'services', '.ssh'])
    writeFileSync(join(home, name, 'content'), 'CANARY');
  chownSync(folder, NOBODY, NOBODY);
});
afterAll(() => {
  if (IS_ROOT) rmSync(folder, { recursive: true, force: true });
});

it.runIf(IS_ROOT)(
  'a hostile tool of a user without rights, whose home nobody else may enter, gets no further than one of root’s',
  async () => {
    const paths = ['state', 'keys', 'services', '.ssh'].map((name) => join(home, name));
    const writes = ['package.json', 'apps/owned'].map((name) => join(ROOT, name)).concat('/usr/owned');
    const attempts = { paths, writes: [...writes, join(home, 'state/owned'), join(home, '.profile')] };
    const host = spawn(process.execPath, ['--no-warnings', SCRIPT, JSON.stringify({ home, attempts })], {
      uid: NOBODY,
      gid: NOBODY,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(host, 'exit');
    const report = JSON.parse(await text(host.stdout)) as Record<string, Record<string, string>> & {
      readonly status: readonly string[];
      readonly processes: number;
    };
    expect(report.uid).toBe(NOBODY);
    expect(report.status.join()).toMatch(/CapEff:\s0+,/);
    expect(report.status.join()).toMatch(/NoNewPrivs:\s1/);
    expect(report.core).toBe('0');
    expect(report.processes).toBeLessThan(8);
    for (const found of [...Object.values(report.read!), ...Object.values(report.readFiles!)]) {
      expect(found).toMatch(/^(?:ENOENT|EACCES|EISDIR|empty)$/);
    }
    const [own, ...others] = Object.values(report.wrote!).reverse();
    for (const found of others) expect(found).toMatch(/^(?:EROFS|EACCES|ENOENT)$/);
    // What it may write over its home is a cover of its own, gone with it.
    expect(own).toMatch(/^(?:written|EACCES|EROFS)$/);
    expect(existsSync(join(home, '.profile'))).toBe(false);
    expect(JSON.stringify(report.uncovered)).not.toMatch(/content|CANARY/);
    for (const reached of ['signalled', 'killed', 'environs', 'memory']) {
      for (const found of Object.values(report[reached]!))
        expect(String(found)).toMatch(/^(?:ESRCH|ENOENT|EACCES|EPERM)$/);
    }
    expect(await ended).toEqual([0, null]);
  },
);
