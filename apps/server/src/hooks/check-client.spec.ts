import type { HookBinding } from '@gatehouse/identity';
import { describe, expect, it } from 'vitest';
import { checkClient } from './check-client.ts';
import type { ReportedClient } from './reported-client.ts';

const HASH = 'a'.repeat(64);
const bound: HookBinding = { deviceId: 'laptop', settingsHash: HASH };
const asInstalled: ReportedClient = {
  version: 'claude-code/2.1.330',
  settings: HASH,
  device: 'laptop',
  nonce: undefined,
};

function judge(client: Partial<ReportedClient>, hook: HookBinding | null = bound): string {
  const subject = { credential: { ok: true, principal: { hook } } } as Parameters<
    ReturnType<typeof checkClient>['run']
  >[0];
  const { result, detail } = checkClient({ ...asInstalled, ...client }).run(subject);
  return `${result}: ${detail}`;
}

describe('checking a client whose hooks report', () => {
  it.each<[string, Partial<ReportedClient>, string]>([
    ['as it was installed', {}, 'pass: version, settings and device as installed'],
    [
      'of the first version that can block',
      { version: 'claude-code/2.1.295' },
      'pass: version, settings and device as installed',
    ],
    [
      'of the next minor version',
      { version: 'claude-code/2.2.0' },
      'pass: version, settings and device as installed',
    ],
    [
      'of the next major version',
      { version: 'claude-code/3.0.0' },
      'pass: version, settings and device as installed',
    ],
    ['one patch too old', { version: 'claude-code/2.1.294' }, 'fail: version too old'],
    ['a minor version too old', { version: 'claude-code/2.0.999' }, 'fail: version too old'],
    ['a major version too old', { version: 'claude-code/1.9.999' }, 'fail: version too old'],
    ['without a version', { version: undefined }, 'fail: version unknown'],
    ['of no version', { version: 'claude-code/unknown' }, 'fail: version unknown'],
    ['of a version with more behind it', { version: 'claude-code/2.1.330-dev' }, 'fail: version unknown'],
    [
      'of a version beyond counting',
      { version: `claude-code/${'9'.repeat(100)}.0.0` },
      'fail: version unknown',
    ],
    ['another program', { version: 'claude-desktop/9.9.9' }, 'fail: version unknown'],
    ['with other settings', { settings: 'b'.repeat(64) }, 'fail: settings changed'],
    ['with settings it cannot read', { settings: 'unreadable' }, 'fail: settings changed'],
    ['without settings', { settings: undefined }, 'fail: settings changed'],
    ['on another device', { device: 'desktop' }, 'fail: another device'],
    ['on no device', { device: undefined }, 'fail: no device'],
  ])('%s', (_what, client, expected) => {
    expect(judge(client)).toBe(expected);
  });
});

describe('checking a client whose hooks cannot report', () => {
  const address: HookBinding = { deviceId: 'laptop', settingsHash: null };
  it.each<[string, Partial<ReportedClient>, string]>([
    [
      'what it says of itself does not count',
      { version: undefined, settings: undefined },
      'pass: a client that reports nothing',
    ],
    ['it may not say which device it is', { device: undefined }, 'pass: a client that reports nothing'],
    ['it may not say that it is another', { device: 'desktop' }, 'fail: another device'],
  ])('%s', (_what, client, expected) => {
    expect(judge(client, address)).toBe(expected);
  });

  it('has no say over tokens', () => {
    expect(judge({ version: undefined, device: 'desktop' }, null)).toBe('pass: no hook credential');
  });
});
