import type { Configuration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';

/** Apart from the domain modules, so that they load while the database answers. */
export function openCommandDatabase(configuration: Configuration): Promise<Database> {
  return openDatabase(configuration, { purpose: 'cli' });
}
