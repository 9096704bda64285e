-- What one process has to tell the others: that sessions or users changed, and which governance policy is in force.
-- Notifications leave with the transaction that makes the change; no transaction of the audit log sends any.

create function gatehouse_tell_session() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_identity', 'session ' || new.id);
  return null;
end $$;

create function gatehouse_tell_user() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_identity', 'user ' || new.id);
  return null;
end $$;

create trigger sessions_told after update of revoked_at on sessions for each row
  when (old.revoked_at is distinct from new.revoked_at) execute function gatehouse_tell_session();
create trigger users_told after update of role, department, status on users for each row
  when (old.role is distinct from new.role or old.department is distinct from new.department
    or old.status is distinct from new.status) execute function gatehouse_tell_user();

-- Which policy came into force when, and by whom: hashes only, the policies themselves are files. The latest line
-- holds; a break-glass line holds until it reverts, whether or not anybody wrote the line of the revert.
create table policy_applications (
  id               bigint primary key generated always as identity,
  version          text not null check (version ~ '^sha256:[0-9a-f]{64}$'),
  previous_version text check (previous_version ~ '^sha256:[0-9a-f]{64}$'),
  kind             text not null check (kind in ('first', 'files', 'applied', 'break_glass', 'reverted')),
  -- Null for what no session did.
  user_id          text,
  session_id       text,
  reason           text check (length(reason) between 1 and 500),
  at               timestamptz(3) not null default now(),
  reverts_at       timestamptz(3),
  -- The break-glass line that a revert ends: each at most once.
  reverts          bigint unique references policy_applications (id),
  check ((kind = 'break_glass') = (reverts_at is not null)),
  check ((kind = 'reverted') = (reverts is not null)),
  check ((kind in ('applied', 'break_glass')) = (user_id is not null)),
  check ((user_id is null) = (session_id is null)),
  check (kind <> 'break_glass' or (reason is not null and previous_version is not null))
);

-- Changes of the policy files that wait for an administrator.
create table policy_pending (
  version          text primary key check (version ~ '^sha256:[0-9a-f]{64}$'),
  previous_version text not null check (previous_version ~ '^sha256:[0-9a-f]{64}$'),
  files            text[] not null,
  diff             text not null check (length(diff) <= 16384),
  seen_at          timestamptz(3) not null default now()
);

-- Who of the administrators stands by a pending change, where it needs two.
create table policy_approvals (
  version          text not null check (version ~ '^sha256:[0-9a-f]{64}$'),
  previous_version text not null check (previous_version ~ '^sha256:[0-9a-f]{64}$'),
  user_id          text not null references users (id),
  session_id       text not null references sessions (id),
  at               timestamptz(3) not null default now(),
  primary key (version, previous_version, user_id)
);

create function gatehouse_tell_policy() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_policy', '');
  return null;
end $$;

create trigger policy_applications_told after insert on policy_applications for each statement
  execute function gatehouse_tell_policy();

grant select, insert on policy_applications, policy_pending, policy_approvals to {{server}};
grant update (previous_version, files, diff, seen_at) on policy_pending to {{server}};
grant delete on policy_pending, policy_approvals to {{server}};
