-- Where each hook credential was seen: its own device, or network and program, as hashes. Every server on the database
-- and each that starts later knows them, so that use from a second place shows wherever it is (threat T4).

create table hook_credential_places (
  credential_id text not null references hook_credentials (id),
  place_hash    bytea not null check (octet_length(place_hash) = 32),
  seen_at       timestamptz(3) not null default clock_timestamp(),
  primary key (credential_id, place_hash)
);

grant select, insert on hook_credential_places to {{server}};
