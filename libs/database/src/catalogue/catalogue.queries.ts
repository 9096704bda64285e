/** Each gives one column, `line`: what the catalogue holds of the schema `public`, as text. */
export const CATALOGUE_QUERIES: readonly string[] = [
  `select format('%s %s%s', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
            else 'table' end, c.relname,
          case when c.relrowsecurity then ' row security' else '' end
          || case when c.relkind = 'v' then ' as ' || pg_get_viewdef(c.oid) else '' end
          || coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')) as line
   from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')`,
  `select format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' else '' end
          || case a.attidentity when '' then '' else ' identity' end,
          coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
   from pg_attribute a join pg_class c on c.oid = a.attrelid
   left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
     and a.attnum > 0 and not a.attisdropped`,
  `select 'index ' || pg_get_indexdef(c.oid) as line
   from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('i', 'I')`,
  `select format('constraint %s.%s %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) as line
   from pg_constraint k join pg_class c on c.oid = k.conrelid
   where k.connamespace = 'public'::regnamespace and k.contype <> 'n'`,
  `select 'trigger ' || pg_get_triggerdef(t.oid) as line
   from pg_trigger t join pg_class c on c.oid = t.tgrelid
   where c.relnamespace = 'public'::regnamespace and not t.tgisinternal`,
  `select format('policy %s.%s %s %s using %s check %s', tablename, policyname, cmd, roles, coalesce(qual, '-'),
          coalesce(with_check, '-')) as line
   from pg_policies where schemaname = 'public'`,
  `select format('function %s returns %s%s sha256 %s', p.oid::regprocedure, pg_get_function_result(p.oid),
          case when p.prosecdef then ' security definer' else '' end,
          left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 16)) as line
   from pg_proc p where p.pronamespace = 'public'::regnamespace`,
  `select format('grant %s on %s to %s', lower(g.privilege_type), c.relname,
          coalesce(nullif(g.grantee, 0)::regrole::text, 'public')) as line
   from pg_class c, aclexplode(c.relacl) g
   where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner`,
  `select format('grant %s (%s) on %s to %s', lower(g.privilege_type), a.attname, c.relname,
          coalesce(nullif(g.grantee, 0)::regrole::text, 'public')) as line
   from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) g
   where c.relnamespace = 'public'::regnamespace and g.grantee <> c.relowner`,
  `select format('grant %s on function %s to %s', lower(g.privilege_type), p.oid::regprocedure,
          coalesce(nullif(g.grantee, 0)::regrole::text, 'public')) as line
   from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
   where p.pronamespace = 'public'::regnamespace and g.grantee <> p.proowner`,
  `select format('grant %s on schema public to %s', lower(g.privilege_type),
          coalesce(nullif(g.grantee, 0)::regrole::text, 'public')) as line
   from pg_namespace n, aclexplode(n.nspacl) g where n.nspname = 'public' and g.grantee <> n.nspowner`,
  `select format('default privileges %s', d.defaclacl::text) as line from pg_default_acl d`,
  `select format('extension %s', extname) as line from pg_extension where extname <> 'plpgsql'`,
];
