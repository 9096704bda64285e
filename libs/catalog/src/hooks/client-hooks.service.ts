import { readFileSync } from 'node:fs';
import { HookCredentials, isLive } from '@gatehouse/identity';
import { Secret, systemClock } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { type ClientPlaces, claudeCodePlaces, managedPlaces } from './client-places.ts';
import { deviceId } from './device-id.ts';
import type { HookInstallation, InstalledResult } from './hook-installation.ts';
import { INSTALLED_EVENTS } from './hook-routes.ts';
import { type InstalledHooks, readInstalled, writeInstalled } from './installed-hooks.ts';
import type { ClientSettings } from './settings/client-settings.ts';
import { withHooks, withToken } from './settings/merged-settings.ts';
import { ourGroups } from './settings/our-hooks.ts';
import { readSettings, replaceFile, writeSettings } from './settings/settings-file.ts';
import { settingsHash } from './settings/settings-hash.ts';
import { TOKEN_VARIABLE } from './settings/wanted-hooks.ts';

const CLIENT = 'claude-code';
/** A credential that ends sooner is replaced. */
const KEEP_MS = 30 * 24 * 60 * 60_000;

/** What is to be in force after an installation. */
interface Plan {
  readonly wish: HookInstallation;
  readonly places: ClientPlaces;
  readonly device: string;
  /** The user's settings now (null: no file) and as wanted, without the credential. */
  readonly before: ClientSettings | null;
  readonly after: ClientSettings;
  /** The file whose hooks are in force, and its hash. */
  readonly settingsFile: string;
  readonly settingsHash: string;
  readonly managed: boolean;
}

/** Puts hooks, and the credential that they need, into a client's settings of a user. */
@Injectable()
export class ClientHooks {
  constructor(private readonly credentials: HookCredentials) {}

  /**
   * Makes the credential and writes it, the hooks and the command form; a second time changes nothing. The one that is
   * replaced is revoked after the new one is in place.
   * @throws AppError `CATALOG_SETTINGS_*`, and what issuing a hook credential throws
   */
  async install(wish: HookInstallation): Promise<InstalledResult> {
    const plan = planOf(wish);
    const known = readInstalled(plan.places.installed);
    const kept = known !== null && (await this.#isGood(known, plan)) ? known : null;
    if (wish.dryRun) return resultOf(plan, kept, kept === null || !isWritten(plan, kept));
    if (kept !== null && isWritten(plan, kept)) return resultOf(plan, kept, false);
    const installed = kept ?? (await this.#issue(plan));
    replaceFile(plan.places.program, readFileSync(wish.program), 0o600);
    writeInstalled(plan.places.installed, installed);
    writeSettings(plan.places.settings, settingsWith(plan, installed), 0o600);
    if (known !== null && known.credentialId !== installed.credentialId) await this.#revoke(known, wish);
    return resultOf(plan, installed, true);
  }

  async #isGood(known: InstalledHooks, plan: Plan): Promise<boolean> {
    const { wish } = plan;
    const same =
      known.userId === wish.userId &&
      known.agentId === wish.agentId &&
      known.form === wish.form &&
      known.url === wish.publicUrl &&
      known.onAllow === onAllow(wish) &&
      known.deviceId === plan.device &&
      known.settingsFile === plan.settingsFile &&
      known.settingsHash === plan.settingsHash;
    if (!same) return false;
    const issued = (await this.credentials.list(wish.userId)).find(({ id }) => id === known.credentialId);
    return issued !== undefined && isLive(issued.session, systemClock.now() + KEEP_MS);
  }

  async #issue(plan: Plan): Promise<InstalledHooks> {
    const { wish, device } = plan;
    const { credential, text, answerKey } = await this.credentials.issue({
      userId: wish.userId,
      clientId: CLIENT,
      deviceId: device,
      actor: wish.actor,
      ...(wish.agentId === null ? {} : { agentId: wish.agentId }),
      // Hooks that the client posts itself cannot say what the settings are.
      ...(wish.form === 'command' ? { settingsHash: plan.settingsHash } : {}),
    });
    return {
      client: CLIENT,
      form: wish.form,
      url: wish.publicUrl,
      onAllow: onAllow(wish),
      userId: wish.userId,
      agentId: wish.agentId,
      deviceId: device,
      settingsFile: plan.settingsFile,
      settingsHash: plan.settingsHash,
      installedAt: new Date(systemClock.now()).toISOString(),
      expiresAt: credential.session.expiresAt.toISOString(),
      credentialId: credential.id,
      credential: text,
      answerKey: new Secret(answerKey.reveal().toString('base64url')),
    };
  }

  /** One of another installation, or of a database that was thrown away, is not ours to end. */
  async #revoke(known: InstalledHooks, { actor }: HookInstallation): Promise<void> {
    const mine = await this.credentials.list(known.userId);
    if (mine.some(({ id }) => id === known.credentialId)) {
      await this.credentials.revoke(known.credentialId, { actor });
    }
  }
}

function planOf(wish: HookInstallation): Plan {
  const places = claudeCodePlaces(wish.home);
  const device = deviceId();
  const before = readSettings(places.settings);
  const inForce = managedPlaces(wish.managedRoot, process.platform).settings;
  const managedSettings = readSettings(inForce);
  const managed = managedSettings?.allowManagedHooksOnly === true && ourGroups(managedSettings).length > 0;
  const after = withHooks(before ?? {}, {
    form: wish.form,
    publicUrl: wish.publicUrl,
    onAllow: onAllow(wish),
    deviceId: device,
    node: wish.node,
    program: places.program,
    installedFile: places.installed,
    platform: process.platform,
  });
  return {
    wish,
    places,
    device,
    before,
    after,
    settingsFile: managed ? inForce : places.settings,
    settingsHash: settingsHash(managed ? managedSettings : after),
    managed,
  };
}

function onAllow({ autoApprove }: HookInstallation): 'allow' | 'none' {
  return autoApprove ? 'allow' : 'none';
}

function settingsWith({ after }: Plan, { form, credential }: InstalledHooks): ClientSettings {
  return withToken(after, form === 'http' ? credential.reveal() : null);
}

/** Whether the files are as they would be written. */
function isWritten(plan: Plan, installed: InstalledHooks): boolean {
  if (JSON.stringify(settingsWith(plan, installed)) !== JSON.stringify(plan.before)) return false;
  try {
    return readFileSync(plan.places.program).equals(readFileSync(plan.wish.program));
  } catch {
    return false;
  }
}

function resultOf(plan: Plan, installed: InstalledHooks | null, changed: boolean): InstalledResult {
  const { wish, after } = plan;
  return {
    changed,
    dryRun: wish.dryRun,
    settingsFile: plan.settingsFile,
    form: wish.form,
    managed: plan.managed,
    events: INSTALLED_EVENTS,
    credentialId: installed?.credentialId ?? null,
    expiresAt: installed?.expiresAt ?? null,
    settings: wish.dryRun ? masked(withToken(after, wish.form === 'http' ? 'ghk_…' : null)) : null,
  };
}

/** What others keep in `env` is as secret as ours. */
function masked(settings: ClientSettings): ClientSettings {
  if (typeof settings.env !== 'object' || settings.env === null) return settings;
  const names = Object.keys(settings.env);
  return {
    ...settings,
    env: Object.fromEntries(names.map((name) => [name, name === TOKEN_VARIABLE ? '[new]' : '[kept]'])),
  };
}
