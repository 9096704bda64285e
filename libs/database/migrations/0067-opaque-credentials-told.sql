-- That there is a credential which stood in no row before: whoever remembers that a text is nobody's forgets it.

create function gatehouse_tell_opaque() returns trigger language plpgsql as $$
begin
  perform pg_notify('gatehouse_identity', 'opaque ' || new.id);
  return null;
end $$;

create trigger sessions_opaque_told after insert on sessions for each row
  when (new.kind in ('hook', 'browser', 'key')) execute function gatehouse_tell_opaque();
