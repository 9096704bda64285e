-- Attempts to give the operator's passphrase, right or wrong, so that no number of processes tries it faster.

create table operator_proof_attempts (
  at timestamptz(3) not null default clock_timestamp()
);
create index operator_proof_attempts_at on operator_proof_attempts (at);

-- Notes one attempt, unless there have been `allowed` within `span`. One at a time.
create function note_operator_proof_attempt(allowed integer, span interval) returns boolean
  language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1735159916, hashtext('operator_proof_attempts'));
  delete from operator_proof_attempts where at < clock_timestamp() - span;
  if (select count(*) from operator_proof_attempts) >= allowed then
    return false;
  end if;
  insert into operator_proof_attempts default values;
  return true;
end $$;

grant select, insert, delete on operator_proof_attempts to {{server}};
grant execute on function note_operator_proof_attempt(integer, interval) to {{server}};
