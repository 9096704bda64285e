-- What the audit list is narrowed by, for values that are rare among the newest rows. Each is partial: an allowed call
-- of a person, which is nearly every row, is in none of them and costs nothing more to insert.

create index audit_log_policy on audit_log (policy, id) where policy not in ('default_allow', 'not_applicable');
create index audit_log_agent on audit_log (agent_id, id) where agent_id is not null;
create index audit_log_event on audit_log (event, id) where event not in (
  'tool_call.decided', 'tool_call.completed', 'model_call.decided', 'model_call.completed', 'client.event',
  'request.rejected');
