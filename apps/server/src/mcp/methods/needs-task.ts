import { isJsonObject, type JsonObject } from '@gatehouse/kernel';

/** Whether a tool can only be called as a task (revision 2025-11-25, "Tasks"), which are not served here: then nobody can call it. */
export function needsTask({ execution }: JsonObject): boolean {
  return execution !== undefined && isJsonObject(execution) && execution.taskSupport === 'required';
}
