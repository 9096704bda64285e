import { COMMAND_ONLY, HOOK_ROUTES, type HookRoute, INSTALLED_EVENTS } from '../hook-routes.ts';
import type { ClientHook, ClientHookGroup } from './client-settings.ts';

/** Seconds. The client's own default is ten minutes. */
const TIMEOUT_S = 10;

/** The variable of the client's environment that holds the credential for hooks that are addresses. */
export const TOKEN_VARIABLE = 'GATEHOUSE_HOOK_TOKEN';

/**
 * `http`: the client posts to the server itself, and believes whoever answers. `command`: a small program does, and
 * believes the server alone (threat T5).
 */
export type HookForm = 'http' | 'command';

/** How the command form is started. */
interface CommandStart {
  /** Absolute paths: of Node, of the program, and of what was installed (null: the program finds it by the user). */
  readonly node: string;
  readonly program: string;
  readonly installedFile: string | null;
  readonly platform: NodeJS.Platform;
}

/** What the client itself has to know to post to the server. */
interface ServerAddress {
  readonly publicUrl: string;
  readonly onAllow: 'allow' | 'none';
  readonly deviceId: string;
}

export type WantedHooks =
  | (CommandStart & { readonly form: 'command' })
  | (CommandStart & ServerAddress & { readonly form: 'http' });

/** The hooks to put into the settings, one group without a matcher for each event. */
export function wantedHooks(wanted: WantedHooks): Readonly<Record<string, ClientHookGroup>> {
  return Object.fromEntries(INSTALLED_EVENTS.map((event) => [event, { hooks: [hookFor(event, wanted)] }]));
}

function hookFor(event: keyof typeof HOOK_ROUTES, wanted: WantedHooks): ClientHook {
  const route = HOOK_ROUTES[event];
  return wanted.form === 'command' || COMMAND_ONLY.has(event)
    ? commandHook(route, wanted)
    : addressHook(route, wanted);
}

/** In the form that no shell reads. Node's options are kept out: a project's settings could set them. */
function commandHook(route: HookRoute, { node, program, installedFile, platform }: CommandStart): ClientHook {
  const own = ['--disable-sigusr1', program, route, ...(installedFile === null ? [] : [installedFile])];
  const [command, args] =
    platform === 'win32' ? [node, own] : ['/usr/bin/env', ['-u', 'NODE_OPTIONS', node, ...own]];
  return { type: 'command', command, args, timeout: TIMEOUT_S, onFailure: 'block' };
}

function addressHook(route: HookRoute, { publicUrl, onAllow, deviceId }: ServerAddress): ClientHook {
  const query = route === 'govern' && onAllow === 'none' ? '?on_allow=none' : '';
  return {
    type: 'http',
    url: `${publicUrl}/api/v1/hooks/${route}${query}`,
    timeout: TIMEOUT_S,
    onFailure: 'block',
    headers: { Authorization: `Bearer $${TOKEN_VARIABLE}`, 'X-Gatehouse-Device': deviceId },
    allowedEnvVars: [TOKEN_VARIABLE],
  };
}
