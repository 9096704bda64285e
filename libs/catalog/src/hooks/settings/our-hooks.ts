import { type ClientSettings, isSettings, objectMember } from './client-settings.ts';

const OUR_ADDRESS = /\/api\/v1\/hooks\/(?:govern|track)(?:\?|$)/;
const OUR_COMMAND = 'gatehouse-hook';

/** A group of hooks of one event, in the order of the file. */
export type EventGroup = readonly [event: string, group: unknown];

/** The groups that hold a hook of ours, whoever else is in them. */
export function ourGroups(settings: ClientSettings): readonly EventGroup[] {
  return allGroups(settings).filter(([, group]) => isOurs(group));
}

/** The hooks of others: all that `ourGroups` leaves. Events without one are left out. */
export function withoutOurs(settings: ClientSettings): Record<string, unknown> {
  const kept = Object.entries(objectMember(settings, 'hooks')).flatMap(([event, groups]) => {
    if (!Array.isArray(groups)) return [[event, groups] as const];
    const theirs = (groups as readonly unknown[]).filter((group) => !isOurs(group));
    return theirs.length === 0 && groups.length > 0 ? [] : [[event, theirs] as const];
  });
  return Object.fromEntries(kept);
}

function allGroups(settings: ClientSettings): readonly EventGroup[] {
  return Object.entries(objectMember(settings, 'hooks')).flatMap(([event, groups]) =>
    (Array.isArray(groups) ? (groups as readonly unknown[]) : []).map((group) => [event, group] as const),
  );
}

function isOurs(group: unknown): boolean {
  if (!isSettings(group) || !Array.isArray(group.hooks)) return false;
  return (group.hooks as readonly unknown[]).some((hook) => {
    if (!isSettings(hook)) return false;
    if (typeof hook.url === 'string' && OUR_ADDRESS.test(hook.url)) return true;
    const words: unknown[] = [hook.command, ...(Array.isArray(hook.args) ? (hook.args as unknown[]) : [])];
    return words.some((word) => typeof word === 'string' && word.includes(OUR_COMMAND));
  });
}
