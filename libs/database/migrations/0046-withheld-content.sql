-- What somebody reads of a row whose content is another's (threat T18): a json object's text in which the member
-- `content`, where there is one, says that it is withheld, every other character as it was.
create function audit_withheld_content(value json) returns json
  language sql immutable set search_path = pg_catalog as $$
  select case when value -> 'content' is null then value else (
    select ('{' || string_agg(to_json(m.key)::text || ':'
        || case m.key when 'content' then '{"withheld":true}' else m.value::text end, ',' order by m.place) || '}')::json
      from json_each(value) with ordinality as m (key, value, place)) end
$$;
grant execute on function audit_withheld_content(json) to {{reader}}, {{server}};
