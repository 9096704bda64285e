import { lstatSync, readFileSync } from 'node:fs';
import { AppError, systemClock } from '@gatehouse/kernel';
import { type ClientPlaces, claudeCodePlaces } from './client-places.ts';
import { deviceId } from './device-id.ts';
import { type InstalledHooks, readInstalled } from './installed-hooks.ts';
import { askServer, type ServerStanding } from './server-proof.ts';
import { type ClientSettings, objectMember } from './settings/client-settings.ts';
import { readSettings } from './settings/settings-file.ts';
import { settingsHash } from './settings/settings-hash.ts';
import { TOKEN_VARIABLE } from './settings/wanted-hooks.ts';

const DAY_MS = 24 * 60 * 60_000;
const EXPIRES_SOON_MS = 7 * DAY_MS;
const REINSTALL = 'Run: gatehouse core hooks install --client claude-code';

export interface HookCheck {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

export interface HookValidation {
  readonly valid: boolean;
  readonly checks: readonly HookCheck[];
}

/** Whether the hooks of the user with this home still govern; every check is made, whatever the others say. */
export async function validateHooks(options: {
  readonly home: string;
  /** The command form as shipped. */
  readonly program: string;
}): Promise<HookValidation> {
  const places = claudeCodePlaces(options.home);
  const installed = attempt(() => readInstalled(places.installed));
  if (installed === null || typeof installed === 'string') {
    const detail = installed ?? `Nothing is installed: ${places.installed} does not exist or is damaged.`;
    return { valid: false, checks: [failed('installed', `${detail} ${REINSTALL}`)] };
  }
  const checks = [
    ...fileChecks(places, installed),
    hooksCheck(installed),
    programCheck(places, options.program),
    deviceCheck(installed),
    expiryCheck(installed),
    serverCheck(await askServer(installed, 'HooksValidated'), installed),
  ];
  return { valid: checks.every(({ result }) => result !== 'failed'), checks };
}

function fileChecks(places: ClientPlaces, installed: InstalledHooks): HookCheck[] {
  const settings = attempt(() => readSettings(places.settings));
  const name = 'settings file';
  if (settings === null) return [failed(name, `${places.settings} does not exist. ${REINSTALL}`)];
  if (typeof settings === 'string') return [failed(name, settings)];
  return [
    modeCheck(name, places.settings),
    modeCheck('credential file', places.installed),
    ...tokenChecks(settings, installed),
  ];
}

function modeCheck(check: string, file: string): HookCheck {
  if (process.platform === 'win32') return ok(check, file);
  const mode = attempt(() => lstatSync(file).mode & 0o777);
  if (typeof mode === 'string') return failed(check, mode);
  return (mode & 0o077) === 0
    ? ok(check, `${file} is its owner's alone.`)
    : failed(check, `${file} is open to other users (mode ${mode.toString(8)}). Run: chmod 600 ${file}`);
}

function tokenChecks(settings: ClientSettings, { form, credential }: InstalledHooks): HookCheck[] {
  if (form !== 'http') return [];
  return objectMember(settings, 'env')[TOKEN_VARIABLE] === credential.reveal()
    ? [ok('token', `env.${TOKEN_VARIABLE} holds the credential.`)]
    : [failed('token', `env.${TOKEN_VARIABLE} is not the credential that was installed. ${REINSTALL}`)];
}

function hooksCheck({ settingsFile, settingsHash: expected }: InstalledHooks): HookCheck {
  const settings = attempt(() => readSettings(settingsFile));
  if (typeof settings === 'string') return failed('hooks', settings);
  if (settings?.disableAllHooks === true)
    return failed('hooks', `${settingsFile} switches all hooks off (disableAllHooks).`);
  return settings !== null && settingsHash(settings) === expected
    ? ok('hooks', `The hooks in ${settingsFile} are as installed.`)
    : failed('hooks', `The hooks in ${settingsFile} were changed since they were installed. ${REINSTALL}`);
}

function programCheck(places: ClientPlaces, shipped: string): HookCheck {
  const same = attempt(() => readFileSync(places.program).equals(readFileSync(shipped)));
  return same === true
    ? ok('program', `${places.program} is as shipped.`)
    : failed('program', `${places.program} is not the program of this installation. ${REINSTALL}`);
}

function deviceCheck(installed: InstalledHooks): HookCheck {
  return installed.deviceId === deviceId()
    ? ok('device', 'The credential was issued for this device.')
    : failed('device', `The credential was issued for another device. ${REINSTALL}`);
}

function expiryCheck({ expiresAt }: InstalledHooks): HookCheck {
  const leftMs = Date.parse(expiresAt) - systemClock.now();
  if (leftMs <= 0) return failed('expiry', `The credential expired at ${expiresAt}. ${REINSTALL}`);
  const days = Math.round(leftMs / DAY_MS);
  const detail = `The credential is good for ${days} more days, until ${expiresAt}.`;
  return leftMs < EXPIRES_SOON_MS
    ? { check: 'expiry', result: 'warning', detail: `${detail} ${REINSTALL}` }
    : ok('expiry', detail);
}

function serverCheck(standing: ServerStanding, { url }: InstalledHooks): HookCheck {
  const sentences: Record<ServerStanding, string> = {
    good: `The server at ${url} takes the credential, and proved that it is the server that issued it.`,
    refused: `The server at ${url} refuses the credential: it was revoked, expired, or its user is not active. ${REINSTALL}`,
    unreachable: `No server answers at ${url}; a call would be blocked. Start it: npm start`,
    not_the_server: `What answers at ${url} is not the server that issued the credential.`,
  };
  return { check: 'server', result: standing === 'good' ? 'ok' : 'failed', detail: sentences[standing] };
}

/** What `read` gives, or what to tell where it fails. */
function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError)
      return error.hint === undefined ? `${error.message}.` : `${error.message}. ${error.hint}`;
    return 'A file cannot be read.';
  }
}

function ok(check: string, detail: string): HookCheck {
  return { check, result: 'ok', detail };
}

function failed(check: string, detail: string): HookCheck {
  return { check, result: 'failed', detail };
}
