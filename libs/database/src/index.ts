export { catalogueListing } from './catalogue/catalogue-listing.ts';
export { DatabaseModule } from './database.module.ts';
export { Database } from './database.ts';
export type { DatabaseRole, RoleNames } from './database-role.ts';
export { ChangeFeed, type FeedFollower, type FeedQuery } from './feed/change-feed.ts';
export { LazyPool } from './lazy-pool.ts';
export { type DatabaseConfiguration, openDatabase } from './open-database.ts';
export {
  READER_LIMITS,
  type ReaderQueryOptions,
  type ReaderResult,
  runReaderQuery,
} from './reader/run-reader-query.ts';
export { type DatabaseStatus, databaseStatus } from './status/database-status.ts';
export { embeddedState } from './status/embedded-state.ts';
export {
  countRows,
  describeTable,
  listTables,
  type TableColumn,
  type TableDescription,
  type TableSummary,
} from './tables/tables.ts';
export { createPrivateDatabase, PrivateDatabase } from './testing/private-database.ts';
export { createTestDatabase, TestDatabase } from './testing/test-database.ts';
export { withClient } from './with-client.ts';
