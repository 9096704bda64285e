-- The signed log over the seals of every chain. The signer appends each seal to one Merkle tree (RFC 6962) and signs
-- its head: a line here is one signed head, and which runs of seals it added to the tree.

create table audit_origins (
  number   integer primary key generated always as identity,
  origin   text not null unique check (origin ~ '^[a-z0-9./-]{1,100}$'),
  begun_at timestamptz(3) not null default now(),
  -- Why the log before this one is not continued; null for the first.
  reason   text
);
insert into audit_origins (origin) values ('gatehouse/audit/' || gen_random_uuid());

create table audit_keys (
  origin      text not null references audit_origins (origin),
  -- The first four bytes of a C2SP signed-note key hash, in hex.
  key_id      text not null check (key_id ~ '^[0-9a-f]{8}$'),
  vkey        text not null,
  since       timestamptz(3) not null default now(),
  -- A note signed by the key before and by this one.
  certificate text,
  primary key (origin, key_id)
);

create table audit_checkpoints (
  origin     text not null references audit_origins (origin),
  -- Gapless from 1.
  no         bigint not null check (no > 0),
  -- Seals in the tree, and how many of them were there before this checkpoint.
  size       bigint not null check (size >= first),
  first      bigint not null check (first >= 0),
  root       bytea not null check (octet_length(root) = 32),
  -- C2SP tlog-checkpoint in a signed note.
  note       text not null,
  -- The runs of seals that it adds, in the tree's order.
  chains     text[] not null,
  first_seqs bigint[] not null,
  last_seqs  bigint[] not null,
  -- Whether it names every chain's head and was handed to the anchors.
  anchored   boolean not null,
  signed_at  timestamptz(3) not null default now(),
  primary key (origin, no)
);
create index audit_checkpoints_size on audit_checkpoints (origin, size);

create trigger audit_origins_unchanged before update or delete on audit_origins
  for each row execute function audit_refuse_change();
create trigger audit_origins_kept before truncate on audit_origins
  for each statement execute function audit_refuse_change();
create trigger audit_keys_unchanged before update or delete on audit_keys
  for each row execute function audit_refuse_change();
create trigger audit_keys_kept before truncate on audit_keys
  for each statement execute function audit_refuse_change();
create trigger audit_checkpoints_unchanged before update or delete on audit_checkpoints
  for each row execute function audit_refuse_change();
create trigger audit_checkpoints_kept before truncate on audit_checkpoints
  for each statement execute function audit_refuse_change();

grant select, insert on audit_origins, audit_keys, audit_checkpoints to {{server}};
grant select on audit_origins, audit_keys, audit_checkpoints, audit_lanes to {{reader}};
