import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aCheckout } from '../../test/a-checkout.ts';
import { childEnvironment } from './environment.ts';
import { findInstallation } from './installation.ts';
import { refuseUnsafeRuntime } from './unsafe-runtime.ts';

const idOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 16);

describe('findInstallation', () => {
  it('finds the checkout that the program lies in, wherever it is run', () => {
    expect(findInstallation({ environment: {} }).root).toBe(resolve(import.meta.dirname, '../../../..'));
  });

  it('keeps keys in a folder named after the real path of the state folder', () => {
    const { root, environment } = aCheckout();
    const { stateDir, keyDir } = findInstallation({ root, environment });
    expect(stateDir).toBe(join(root, '.gatehouse'));
    expect(keyDir).toBe(join(environment.XDG_CONFIG_HOME!, 'gatehouse', idOf(stateDir)));
    mkdirSync(stateDir);
    expect(findInstallation({ root, environment }).keyDir).toBe(keyDir);
  });

  it('follows links to the state folder, so that one state has one key folder', () => {
    const { root, environment } = aCheckout();
    mkdirSync(join(root, 'real'));
    symlinkSync('real', join(root, 'alias'));
    const at = (state: string) =>
      findInstallation({ root, environment: { ...environment, GATEHOUSE_STATE_DIR: state } });
    expect(at('alias/sub').keyDir).toBe(at(join(root, 'real/sub')).keyDir);
    expect(at('alias').keyDir).not.toBe(at('alias/sub').keyDir);
  });

  it.each([
    [{ XDG_CONFIG_HOME: '/x' }, '/x/gatehouse/'],
    [{ XDG_CONFIG_HOME: 'relative', HOME: '/h' }, '/h/.config/gatehouse/'],
    [{ HOME: '/h' }, '/h/.config/gatehouse/'],
  ])('puts keys where %j says', (environment, folder) => {
    expect(findInstallation({ root: aCheckout().root, environment }).keyDir.startsWith(folder)).toBe(true);
  });
});

describe('childEnvironment', () => {
  it('passes on names from a list and nothing else', () => {
    const environment = {
      PATH: '/bin',
      TZ: '',
      GITHUB_TOKEN: 'x',
      NODE_OPTIONS: 'y',
      HTTPS_PROXY: 'z',
      LANG: 'C',
    };
    expect(childEnvironment(environment)).toEqual({ PATH: '/bin', LANG: 'C' });
  });
});

describe('refuseUnsafeRuntime', () => {
  it.each<[Record<string, string>, string[], string]>([
    [{ NODE_OPTIONS: '--require ./canary.js' }, [], 'NODE_OPTIONS set'],
    [{ LD_PRELOAD: '/tmp/canary.so' }, [], 'LD_PRELOAD set'],
    [{}, ['--inspect'], '--inspect set'],
    [{}, ['--inspect-brk=0.0.0.0:9229'], '--inspect-brk set'],
    [{ LD_PRELOAD: 'x' }, ['--inspect-wait'], 'LD_PRELOAD, --inspect-wait set'],
  ])('refuses %j %j', (environment, execArgv, message) => {
    const run = () => refuseUnsafeRuntime(environment, execArgv);
    expect(run).toThrow(expect.objectContaining({ code: 'CONFIG_UNSAFE_RUNTIME', owner: 'operator' }));
    expect(run).toThrow(message);
    expect(run).not.toThrow('canary');
  });

  it('runs without them, and with the flag that keeps a debugger out', () => {
    refuseUnsafeRuntime({ NODE_OPTIONS: '', PATH: '/bin' }, ['--disable-sigusr1', '--enable-source-maps']);
  });
});
