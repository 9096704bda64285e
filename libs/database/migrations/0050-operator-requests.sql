-- Command lines in production that wait until their person has proven in a browser who it is (threat T1).

create table operator_requests (
  id          text primary key check (id ~ '^[0-9a-f-]{36}$'),
  -- Shown by the command line and by the page, so that a person sees that both are about the same. It opens nothing.
  code        text not null unique check (code ~ '^[B-Z]{4}-[B-Z]{4}$'),
  -- Who has to prove it. Null where the address that was given is nobody's: then nobody can.
  user_id     text references users (id),
  -- The session of the command line; null where it is about to open one.
  session_id  text references sessions (id),
  command     text not null check (length(command) between 1 and 500),
  -- User of the operating system, what started the command, whether a terminal was there.
  origin      json not null check (octet_length(origin::text) <= 1024),
  created_at  timestamptz(3) not null,
  expires_at  timestamptz(3) not null,
  answered_at timestamptz(3),
  -- Of an answered one; null where the answer was no.
  proof       text check (proof in ('passkey', 'link')),
  spent_at    timestamptz(3),
  check (proof is null or answered_at is not null),
  check (spent_at is null or proof is not null)
);
create index operator_requests_expiry on operator_requests (expires_at);

-- A challenge for one such request answers no other, and no login.
alter table passkey_challenges add column operator_request_id text references operator_requests (id) on delete cascade;
create index passkey_challenges_request on passkey_challenges (operator_request_id);

grant select, insert, delete on operator_requests to {{server}};
grant update (answered_at, proof, spent_at) on operator_requests to {{server}};
