import type { TestServer } from './a-server.ts';

/** What the log holds of a task: of a hook's call, its `tool_use_id`. Oldest first. */
export async function rowsOfTask({ sql }: TestServer, task: string) {
  const { rows } = await sql.query('select * from audit_log where task_id = $1 order by id', [task]);
  return rows;
}
