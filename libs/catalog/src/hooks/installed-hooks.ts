import { Secret } from '@gatehouse/kernel';
import { isSettings } from './settings/client-settings.ts';
import { readBounded, replaceFile } from './settings/settings-file.ts';
import type { HookForm } from './settings/wanted-hooks.ts';

/** What an installation left for the command form and for the next installation. */
export interface InstalledHooks {
  readonly client: string;
  readonly form: HookForm;
  readonly url: string;
  readonly onAllow: 'allow' | 'none';
  readonly userId: string;
  readonly agentId: string | null;
  readonly deviceId: string;
  /** The file whose hooks are in force, and what `settingsHash` says of it. */
  readonly settingsFile: string;
  readonly settingsHash: string;
  readonly installedAt: string;
  readonly expiresAt: string;
  readonly credentialId: string;
  readonly credential: Secret<string>;
  /** 32 bytes, base64url. */
  readonly answerKey: Secret<string>;
}

const TEXTS = [
  'client',
  'url',
  'userId',
  'deviceId',
  'settingsFile',
  'settingsHash',
  'installedAt',
  'expiresAt',
  'credentialId',
  'credential',
  'answerKey',
] as const;

/** Null where nothing is installed, or what is there is none of ours any more. */
export function readInstalled(file: string): InstalledHooks | null {
  const text = readBounded(file);
  if (text === null) return null;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isSettings(read) || !TEXTS.every((name) => typeof read[name] === 'string')) return null;
  const { form, onAllow, agentId } = read;
  if (form !== 'http' && form !== 'command') return null;
  const texts = Object.fromEntries(TEXTS.map((name) => [name, String(read[name])])) as Record<
    (typeof TEXTS)[number],
    string
  >;
  return {
    ...texts,
    form,
    onAllow: onAllow === 'allow' ? 'allow' : 'none',
    agentId: typeof agentId === 'string' ? agentId : null,
    credential: new Secret(texts.credential),
    answerKey: new Secret(texts.answerKey),
  };
}

/** 0600, in a folder of mode 0700. */
export function writeInstalled(file: string, installed: InstalledHooks): void {
  const content = {
    ...installed,
    credential: installed.credential.reveal(),
    answerKey: installed.answerKey.reveal(),
  };
  replaceFile(file, `${JSON.stringify(content, null, 2)}\n`, 0o600);
}
