import type { TestServer } from './a-server.ts';

/** What the log holds of a task: of a hook's call, its `tool_use_id`. Oldest first; `line` is the whole row as text. */
export async function rowsOfTask({ sql }: TestServer, task: string) {
  const { rows } = await sql.query(
    'select *, audit_log::text as line from audit_log where task_id = $1 order by id',
    [task],
  );
  return rows;
}
