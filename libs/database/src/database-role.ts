/**
 * The roles of a Gatehouse database. `owner` runs migrations and owns every object; `server` is what the product works
 * as; `reader` sees the audit tables alone, and of them what its connection is told to; `masked` sees the same without
 * what others sent and got back; `retention` drops whole partitions through a function.
 */
export type DatabaseRole = 'owner' | 'server' | 'reader' | 'masked' | 'retention';

/** The roles beside the owner, which the owner creates. */
export const LIMITED_ROLES = ['server', 'reader', 'masked', 'retention'] as const;

/** The role identifiers of one database, all in `[a-z0-9_]` unless the operator's own owner is named otherwise. */
export type RoleNames = Readonly<Record<DatabaseRole, string>>;
