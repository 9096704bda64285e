import { type Check, type CheckVerdict, fail, pass } from '@gatehouse/governance';
import type { HookBinding } from '@gatehouse/identity';
import type { ReportedClient } from './reported-client.ts';

/** The first that blocks a call when a hook of it fails (`onFailure`). */
const MINIMUM = [2, 1, 295] as const;
const CLAUDE_CODE = /^claude-code\/(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/;

const INSTALL_AGAIN = 'run: gatehouse core hooks install --client claude-code';

/**
 * Whether the client is one whose hooks are as they were installed (threats T4, T5): on the device that the credential
 * is bound to and, where it was installed to report them, of a known version that is not too old and with the settings
 * of then.
 */
export function checkClient(client: ReportedClient): Check {
  return {
    rule: 'client',
    run: ({ credential }) => {
      const hook = credential.ok ? credential.principal.hook : null;
      return hook === null ? pass('no hook credential') : judge(hook, client);
    },
  };
}

/** Whether the request says that it comes from another device than the credential is bound to. */
export function isForeign(hook: HookBinding, { device }: ReportedClient): boolean {
  return device !== undefined && device !== hook.deviceId;
}

function judge(hook: HookBinding, client: ReportedClient): CheckVerdict {
  if (isForeign(hook, client))
    return denied('The hook credential belongs to another device', 'another device');
  if (hook.settingsHash === null) return pass('a client that reports nothing');
  const version = CLAUDE_CODE.exec(client.version ?? '')
    ?.slice(1)
    .map(Number);
  if (version === undefined)
    return fail(
      'policy_denied',
      `The version of the client is not known; Claude Code ${MINIMUM.join('.')} or newer is needed.`,
      'version unknown',
    );
  if (isOlder(version))
    return fail(
      'policy_denied',
      `The client is too old; Claude Code ${MINIMUM.join('.')} or newer is needed.`,
      'version too old',
    );
  if (client.device === undefined)
    return denied('The hook does not say which device it runs on', 'no device');
  if (client.settings !== hook.settingsHash)
    return denied("The client's hook settings were changed since they were installed", 'settings changed');
  return pass('version, settings and device as installed');
}

function denied(reason: string, detail: string): CheckVerdict {
  return fail('policy_denied', `${reason}; ${INSTALL_AGAIN}.`, detail);
}

function isOlder(version: readonly number[]): boolean {
  const at = MINIMUM.findIndex((part, i) => part !== version[i]);
  return at !== -1 && version[at]! < MINIMUM[at]!;
}
