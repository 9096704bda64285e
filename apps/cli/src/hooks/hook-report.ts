import type {
  HookValidation,
  InstalledResult,
  ListedHooks,
  ManagedChange,
  ManagedResult,
} from '@gatehouse/catalog';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import { cardReport, type Report, tableReport } from '../report/report.ts';

export function installedReport(result: InstalledResult): Report {
  const { changed, dryRun, settings, events } = result;
  const report = cardReport(titleOf(changed, dryRun), {
    changed,
    dry_run: dryRun,
    settings_file: result.settingsFile,
    form: result.form,
    managed: result.managed,
    events: events.length,
    credential_id: result.credentialId,
    expires_at: result.expiresAt,
  });
  const notes = [
    goodFor(result.expiresAt),
    result.form === 'http'
      ? 'The client believes whoever answers at this address; --form command believes this server alone.'
      : null,
    result.managed ? 'The hooks in force are the managed ones; only the credential is new.' : null,
    dryRun ? null : 'Restart the client for it to read its settings.',
  ].filter((note) => note !== null);
  return withSettings(
    { ...report, parts: [...report.parts, ...notes.map((text) => ({ kind: 'text', text }) as const)] },
    settings,
  );
}

export function managedReport({ settings, events, ...result }: ManagedResult): Report {
  const report = cardReport(titleOf(result.changed, result.dryRun), {
    changed: result.changed,
    dry_run: result.dryRun,
    settings_file: result.settingsFile,
    program: result.program,
    events: events.length,
  });
  const note = 'Each user installs their own credential: gatehouse core hooks install --form command';
  return withSettings({ ...report, parts: [...report.parts, { kind: 'text', text: note }] }, settings);
}

/** What is asked about: each file, and what becomes of it. */
export function managedChanges(changes: readonly ManagedChange[]): string {
  const lines = changes.map(({ file, change, members }) => {
    const of = members.length === 0 ? '' : `: ${members.join(', ')}`;
    return `${file} (${change}${of})`;
  });
  return [
    ...lines,
    'From then on hooks of users and projects are ignored, and no user can take these out.',
  ].join('\n');
}

export function listedReport(listed: readonly ListedHooks[]): Report {
  return tableReport({
    title: 'Installed hooks',
    key: 'hooks',
    columns: ['client', 'scope', 'settings_file', 'form', 'events', 'age_days', 'expires_at'],
    rows: listed.map((one) => ({
      client: one.client,
      scope: one.scope,
      settings_file: one.settingsFile,
      form: one.form,
      events: one.events,
      url: one.url,
      installed_at: one.installedAt,
      age_days: one.ageDays,
      expires_at: one.expiresAt,
      credential_id: one.credentialId,
    })),
    empty: 'None. Install them with: gatehouse core hooks install --client claude-code',
  });
}

/** A finding that fails is the command's failure. */
export function validationReport({ valid, checks }: HookValidation): Report {
  const report = tableReport({
    title: valid ? 'The hooks govern' : 'The hooks do not govern as they should',
    key: 'checks',
    columns: ['check', 'result', 'detail'],
    rows: checks.map((one) => ({ ...one })),
    more: { valid },
  });
  return { ...report, exitCode: valid ? 0 : 1 };
}

function titleOf(changed: boolean, dryRun: boolean): string {
  if (dryRun)
    return changed ? 'What an installation would write' : 'Installed as wanted; nothing would change';
  return changed ? 'Hooks installed' : 'Hooks are installed already; nothing changed';
}

function goodFor(expiresAt: string | null): string | null {
  if (expiresAt === null) return 'The credential would be good for 90 days.';
  const days = Math.round((Date.parse(expiresAt) - Date.now()) / 86_400_000);
  return `The credential is good for ${days} days, until ${expiresAt}; then install again.`;
}

/** In a dry run: the whole file as it would be. */
function withSettings(report: Report, settings: Readonly<Record<string, unknown>> | null): Report {
  if (settings === null) return report;
  const text = JSON.stringify(settings, null, 2);
  return {
    ...report,
    data: { ...(report.data as JsonObject), settings: JSON.parse(text) as JsonValue },
    parts: [...report.parts, { kind: 'text', text }],
  };
}
