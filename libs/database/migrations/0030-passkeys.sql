-- Passkeys: the public half of what a person's authenticator holds, and the challenges that wait for an answer.

create table passkeys (
  -- The credential id, base64url (WebAuthn level 3, section 4). Its length apart: a repetition count ends at 255.
  id           text primary key check (id ~ '^[A-Za-z0-9_-]+$' and length(id) between 16 and 1400),
  user_id      text not null references users (id),
  public_key   bytea not null check (octet_length(public_key) between 32 and 4096),
  counter      bigint not null check (counter >= 0),
  name         text not null check (length(name) between 1 and 100),
  created_at   timestamptz(3) not null,
  last_used_at timestamptz(3)
);
create index passkeys_user on passkeys (user_id);

-- Each is good once, for five minutes. Null: whoever answers says by the passkey who it is.
create table passkey_challenges (
  challenge  text primary key check (challenge ~ '^[A-Za-z0-9_-]{43}$'),
  session_id text references sessions (id),
  expires_at timestamptz(3) not null
);
create index passkey_challenges_expiry on passkey_challenges (expires_at);

grant select, insert, delete on passkeys, passkey_challenges to {{server}};
grant update (counter, last_used_at) on passkeys to {{server}};
