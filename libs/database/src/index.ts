export { DatabaseModule } from './database.module.ts';
export { Database } from './database.ts';
export type { DatabaseRole, RoleNames } from './database-role.ts';
export { type DatabaseConfiguration, openDatabase } from './open-database.ts';
export { createTestDatabase, TestDatabase } from './testing/test-database.ts';
