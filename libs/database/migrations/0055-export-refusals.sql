-- What a sink refuses for good, and what an operator lets it go on without; and the last checkpoint that it took.

alter table export_sinks
  -- The origin and number of a checkpoint of the audit log.
  add column checkpoint    text check (length(checkpoint) <= 150),
  -- The event that stops the sink: the id of a row, or of a checkpoint.
  add column refused_id    text check (length(refused_id) <= 150),
  -- The event that an operator wants it to go on without; a row of the audit log says so.
  add column skip_id       text check (length(skip_id) <= 150),
  add column skipped_total bigint not null default 0;
