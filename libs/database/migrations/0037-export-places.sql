-- How far each sink of the export has come, and how it fares. A place moves on only after the sink took what lies
-- before it, so that nothing is lost over an outage; what was sent and not noted goes again.

create table export_sinks (
  sink          text primary key check (length(sink) between 1 and 48),
  rows_total    bigint not null default 0,
  -- Rows that were gone, by retention, before this sink took them.
  missing_total bigint not null default 0,
  sent_at       timestamptz(3),
  failing_since timestamptz(3),
  failures      integer not null default 0,
  -- A code and a sentence of ours, never what the other side said.
  last_problem  text check (length(last_problem) <= 500),
  looked_at     timestamptz(3) not null default now()
);

create table export_places (
  sink  text not null references export_sinks (sink),
  chain text not null,
  seq   bigint not null check (seq > 0),
  primary key (sink, chain)
);

grant select, insert, update on export_sinks, export_places to {{server}};
