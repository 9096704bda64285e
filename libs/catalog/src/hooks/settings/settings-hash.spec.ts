import { describe, expect, it } from 'vitest';
import type { ClientHookGroup, ClientSettings } from './client-settings.ts';
import { withHooks, withManagedHooks, withToken } from './merged-settings.ts';
import { settingsHash } from './settings-hash.ts';
import type { WantedHooks } from './wanted-hooks.ts';

const wanted: WantedHooks = {
  form: 'command',
  node: '/opt/node',
  program: '/x/gatehouse-hook.mjs',
  installedFile: '/x/claude-code.json',
  platform: 'linux',
};
const theirs = { matcher: 'Bash', hooks: [{ type: 'command', command: 'theirs' }] };
const before: ClientSettings = {
  model: 'opus',
  futureKey: { a: [1] },
  env: { A: '1' },
  hooks: { PreToolUse: [theirs], Stop: [theirs], WorktreeCreate: [theirs] },
};
const installed = withHooks(before, wanted);

type Changed = { hooks: Record<string, ClientHookGroup[]> } & Record<string, unknown>;

function changed(change: (settings: Changed) => void): ClientSettings {
  const copy = structuredClone(installed) as Changed;
  change(copy);
  return copy;
}

describe('installing into settings', () => {
  it('keeps what is there and adds to it', () => {
    expect(installed).toMatchObject({ model: 'opus', futureKey: { a: [1] }, env: { A: '1' } });
    const { PreToolUse, WorktreeCreate } = installed.hooks as Record<string, unknown[]>;
    expect(PreToolUse).toHaveLength(2);
    expect(PreToolUse?.[0]).toEqual(theirs);
    expect(WorktreeCreate).toEqual([theirs]);
  });

  it('replaces what it added before, in either form, and nothing else', () => {
    expect(withHooks(installed, wanted)).toEqual(installed);
    const asAddresses = withHooks(before, {
      ...wanted,
      form: 'http',
      publicUrl: 'http://h',
      onAllow: 'none',
      deviceId: 'd',
    });
    expect(withHooks(asAddresses, wanted)).toEqual(installed);
  });

  it('puts one variable into the environment, and takes that one out', () => {
    const withOne = withToken(before, 'ghk_x');
    expect(withOne.env).toEqual({ A: '1', GATEHOUSE_HOOK_TOKEN: 'ghk_x' });
    expect(withToken(withOne, null)).toEqual(before);
    expect(withToken({}, null)).toEqual({});
  });

  it('manages the machine by hooks alone that are managed', () => {
    expect(withManagedHooks({}, wanted)).toMatchObject({ allowManagedHooksOnly: true });
  });
});

describe('the hash of the settings', () => {
  it.each<[string, (settings: Changed) => void]>([
    ['a hook of ours is gone', ({ hooks }) => void delete hooks.PostToolUse],
    ['ours is for one tool alone', ({ hooks }) => Object.assign(hooks.PreToolUse![1]!, { matcher: 'Read' })],
    [
      'ours may fail',
      ({ hooks }) => Object.assign(hooks.PreToolUse![1]!.hooks[0]!, { onFailure: 'continue' }),
    ],
    [
      'ours runs another program',
      ({ hooks }) => Object.assign(hooks.PreToolUse![1]!.hooks[0]!, { args: ['gatehouse-hook'] }),
    ],
    [
      'ours runs on a condition',
      ({ hooks }) => Object.assign(hooks.PreToolUse![1]!.hooks[0]!, { if: 'Bash(ls)' }),
    ],
    [
      'ours runs in the background',
      ({ hooks }) => Object.assign(hooks.PreToolUse![1]!.hooks[0]!, { async: true }),
    ],
    ['all hooks are off', (settings) => Object.assign(settings, { disableAllHooks: true })],
  ])('is another when %s', (_what, change) => {
    expect(settingsHash(changed(change))).not.toBe(settingsHash(installed));
  });

  it.each<[string, (settings: Changed) => void]>([
    ['other settings', (settings) => Object.assign(settings, { model: 'haiku', theme: 'dark' })],
    ['the credential', (settings) => Object.assign(settings, { env: { GATEHOUSE_HOOK_TOKEN: 'ghk_y' } })],
    ['hooks of others', ({ hooks }) => hooks.PreToolUse!.shift()],
    [
      'the order of events',
      (settings) =>
        Object.assign(settings, { hooks: Object.fromEntries(Object.entries(settings.hooks).toReversed()) }),
    ],
  ])('stays the same for a change of %s', (_what, change) => {
    expect(settingsHash(changed(change))).toBe(settingsHash(installed));
  });

  it.each<ClientSettings>([
    {},
    { hooks: null },
    { hooks: [] },
    { hooks: { PreToolUse: 'x', Stop: [null, { hooks: 3 }] } },
  ])('is that of no hooks for %j', (settings) => {
    expect(settingsHash(settings)).toBe(settingsHash({}));
  });
});
