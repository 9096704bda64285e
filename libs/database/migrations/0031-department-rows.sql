-- Whose audit rows somebody sees who reads those of a department (threat T18). The reader learns the ids of its members,
-- which stand in those rows, and nothing else of any user.
create function audit_department_members(of_department text) returns setof text
  language sql stable security definer set search_path = pg_catalog, public as $$
  select id from public.users where department = of_department
$$;
revoke all on function audit_department_members(text) from public;
grant execute on function audit_department_members(text) to {{reader}}, {{server}};
