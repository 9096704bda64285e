-- What a session was granted, through which agents it acts, and which of its tokens were taken back before their time.

alter table sessions
  -- The scopes that its tokens may carry at most; null: whatever its user may do.
  add column scopes text[] check (cardinality(scopes) <= 64),
  -- The agents that act for the user, first to last; the last one is `agent_id` (RFC 8693 section 4.1).
  add column actors text[] not null default '{}' check (cardinality(actors) <= 4),
  -- The sessions between its root and itself, the root's own not among them.
  add column delegator_ids text[] not null default '{}' check (cardinality(delegator_ids) <= 3),
  -- The `jti` of access tokens that were revoked one by one (RFC 7009).
  add column revoked_token_ids text[] not null default '{}' check (cardinality(revoked_token_ids) <= 100);

update sessions set actors = array[agent_id] where kind = 'agent';

alter table sessions
  add check ((kind = 'agent') = (cardinality(actors) > 0)),
  add check (kind <> 'agent' or actors[cardinality(actors)] = agent_id),
  drop constraint sessions_revoked_reason_check,
  add constraint sessions_revoked_reason_check check (revoked_reason in (
    'logout', 'least_recently_used', 'role_changed', 'department_changed', 'user_suspended', 'user_deleted',
    'root_revoked', 'operator', 'token_replayed', 'client_removed'));

create index sessions_delegated on sessions using gin (delegator_ids) where kind = 'agent';

grant update (revoked_token_ids) on sessions to {{server}};

drop trigger sessions_told on sessions;
create trigger sessions_told after update of revoked_at, revoked_token_ids on sessions for each row
  when (old.revoked_at is distinct from new.revoked_at or old.revoked_token_ids is distinct from new.revoked_token_ids)
  execute function gatehouse_tell_session();
