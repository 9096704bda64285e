-- What a page of the audit list walks along, newest first or oldest first. A filter of one value is answered by one index
-- in the order of the page, also where a session, a trace or a task has more rows than fit a page; of several values the
-- one with the fewest rows is walked (decision 65).

create index audit_log_session on audit_log (session_id, id);
create index audit_log_action on audit_log (action, id);

drop index audit_log_trace;
create index audit_log_trace on audit_log (trace_id, id);
drop index audit_log_task;
create index audit_log_task on audit_log (task_id, id);
