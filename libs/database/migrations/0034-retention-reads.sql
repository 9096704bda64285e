-- The timer of retention looks whether the time leapt.
grant select on audit_checkpoints to {{retention}};
