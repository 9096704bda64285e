import type { HookEvent, Settings } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { HOOK_ROUTES, INSTALLED_EVENTS, type InstalledEvent } from './hook-routes.ts';
import { withHooks } from './settings/merged-settings.ts';
import { type WantedHooks, wantedHooks } from './settings/wanted-hooks.ts';

const start = {
  node: '/opt/node',
  program: '/home/maya/.config/gatehouse/hooks/gatehouse-hook.mjs',
  installedFile: '/home/maya/.config/gatehouse/hooks/claude-code.json',
  platform: 'linux' as const,
};
const http: WantedHooks = {
  ...start,
  form: 'http',
  publicUrl: 'http://localhost:8080',
  onAllow: 'none',
  deviceId: 'd1',
};
const command: WantedHooks = { ...start, form: 'command' };

describe('the hooks that are installed', () => {
  it('are on every event that the client knows, but the one where a hook replaces what the client does', () => {
    expectTypeOf<Exclude<HookEvent, InstalledEvent>>().toEqualTypeOf<'WorktreeCreate'>();
    expectTypeOf<Exclude<InstalledEvent, HookEvent>>().toEqualTypeOf<never>();
    expect(INSTALLED_EVENTS).toHaveLength(32);
  });

  it('have the shape of the client’s settings', () => {
    const hooks = Object.fromEntries(
      Object.entries(wantedHooks(http)).map(([event, group]) => [event, [{ ...group }]]),
    );
    const settings = { hooks } satisfies Settings;
    expect(withHooks({}, http)).toEqual(settings);
  });

  it('send tool calls and their reports to be governed, and the rest to be recorded', () => {
    const governed = INSTALLED_EVENTS.filter((event) => HOOK_ROUTES[event] === 'govern');
    expect(governed).toEqual(['PreToolUse', 'PostToolUse', 'PostToolUseFailure']);
  });

  it('as addresses: ask for no opinion on allow, take the token from one named variable, block when they fail', () => {
    expect(wantedHooks(http).PreToolUse).toEqual({
      hooks: [
        {
          type: 'http',
          url: 'http://localhost:8080/api/v1/hooks/govern?on_allow=none',
          timeout: 10,
          onFailure: 'block',
          headers: { Authorization: 'Bearer $GATEHOUSE_HOOK_TOKEN', 'X-Gatehouse-Device': 'd1' },
          allowedEnvVars: ['GATEHOUSE_HOOK_TOKEN'],
        },
      ],
    });
    expect(wantedHooks({ ...http, onAllow: 'allow' }).PreToolUse?.hooks[0]).toMatchObject({
      url: 'http://localhost:8080/api/v1/hooks/govern',
    });
  });

  it.each(['SessionStart', 'Setup'])(
    'are a command on %s in either form: an address is never called there',
    (event) => {
      for (const wanted of [http, command])
        expect(wantedHooks(wanted)[event]?.hooks[0]).toMatchObject({ type: 'command' });
    },
  );

  it('as commands: no shell, no options for Node from outside, no matcher, block when they fail', () => {
    expect(wantedHooks(command).PreToolUse).toEqual({
      hooks: [
        {
          type: 'command',
          command: '/usr/bin/env',
          args: [
            '-u',
            'NODE_OPTIONS',
            '/opt/node',
            '--disable-sigusr1',
            start.program,
            'govern',
            start.installedFile,
          ],
          timeout: 10,
          onFailure: 'block',
        },
      ],
    });
    expect(JSON.stringify(wantedHooks(command))).not.toContain('ghk_');
  });
});
