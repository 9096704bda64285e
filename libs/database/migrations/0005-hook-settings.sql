-- Of a hook credential whose client reports them: what its hooks' settings were when they were installed. Null where
-- the client cannot report (threat T5).

alter table hook_credentials add column settings_hash text check (settings_hash ~ '^[0-9a-f]{64}$');
