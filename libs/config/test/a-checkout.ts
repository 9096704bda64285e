import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { findInstallation, type Installation } from '../src/installation/installation.ts';

const SHIPPED = resolve(import.meta.dirname, '../../../services');

export interface Checkout {
  readonly root: string;
  readonly environment: Record<string, string>;
  readonly installation: Installation;
  path(file: string): string;
  write(file: string, content: string | Uint8Array): void;
  remove(file: string): void;
}

/** A checkout of its own with the shipped services, `files` written over them; gone when the test is. */
export function aCheckout(files: Record<string, string> = {}): Checkout {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-config-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const root = join(home, 'checkout');
  for (const part of ['config', 'governance', 'mcp', 'agents', 'export', 'compliance']) {
    cpSync(join(SHIPPED, part), join(root, 'services', part), { recursive: true });
  }
  mkdirSync(join(root, 'demo', 'fixtures'), { recursive: true });
  const environment = { HOME: home, XDG_CONFIG_HOME: join(home, 'xdg') };
  const path = (file: string) => join(root, file);
  const write = (file: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path(file)), { recursive: true, mode: 0o755 });
    writeFileSync(path(file), content, { mode: 0o644 });
  };
  for (const [file, content] of Object.entries(files)) write(file, content);
  const remove = (file: string) => rmSync(path(file), { recursive: true });
  return { root, environment, installation: findInstallation({ root, environment }), path, write, remove };
}
