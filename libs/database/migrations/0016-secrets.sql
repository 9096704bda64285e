-- The sealed store: every version that a secret has had. What opens a version is not in the database.
create table secret_versions (
  name             text not null check (name ~ '^[A-Za-z_][A-Za-z0-9_.-]{0,127}$'),
  version          integer not null check (version > 0),
  -- The signed version as a whole; null once it is superseded or unset: then nothing can open it.
  sealed           json,
  key_id           text not null,
  -- By these the server knows the value again. Kept after the value is gone, until it is worthless upstream too.
  fingerprints     text not null,
  redact           boolean not null,
  set_at           timestamptz(3) not null,
  set_by           text not null check (set_by <> ''),
  superseded_at    timestamptz(3),
  unset_at         timestamptz(3),
  revoked_at       timestamptz(3),
  last_opened_at   timestamptz(3),
  last_opened_for  text,
  primary key (name, version)
);
-- One version of a secret is in force at most.
create unique index secret_versions_current on secret_versions (name) where sealed is not null;

grant select, insert, update on secret_versions to {{server}};
