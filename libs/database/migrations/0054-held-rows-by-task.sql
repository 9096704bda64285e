-- A row, task or trace id is looked for in what a hold kept too.
create index audit_held_task on audit_held (task_id);
