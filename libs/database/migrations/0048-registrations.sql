-- Who asked at the login page for an account, where the operator opened registration for the domain of their address.
-- Nobody is anybody by it: an administrator admits or refuses each.
create table registrations (
  id           text primary key check (id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'),
  email        text not null unique check (email = lower(email) and length(email) between 3 and 254),
  requested_at timestamptz(3) not null
);
grant select, insert, delete on registrations to {{server}};
grant update (requested_at) on registrations to {{server}};
