import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { AppError } from '@gatehouse/kernel';
import { type Environment, processEnvironment } from '../installation/environment.ts';
import type { Installation } from '../installation/installation.ts';

/** Where the private key of the secret store is, and who put it there. */
export interface MasterKeyFile {
  readonly file: string;
  readonly source: 'key folder' | 'GATEHOUSE_MASTER_KEY_FILE' | 'systemd credential';
}

const CREDENTIAL = 'gatehouse-master-key';

/**
 * `GATEHOUSE_MASTER_KEY_FILE`, else the systemd credential `gatehouse-master-key`, else a file of the key folder. Says
 * where, and reads nothing. @throws AppError `CONFIG_MASTER_KEY_FILE` for a path that is not absolute
 */
export function masterKeyFile(
  { keyDir }: Pick<Installation, 'keyDir'>,
  environment: Environment = processEnvironment(),
): MasterKeyFile {
  const { GATEHOUSE_MASTER_KEY_FILE: file, CREDENTIALS_DIRECTORY: credentials } = environment;
  if (file !== undefined && file !== '') {
    if (isAbsolute(file)) return { file, source: 'GATEHOUSE_MASTER_KEY_FILE' };
    throw new AppError('CONFIG_MASTER_KEY_FILE', 'GATEHOUSE_MASTER_KEY_FILE is not an absolute path', {
      owner: 'operator',
    });
  }
  if (credentials !== undefined && isAbsolute(credentials) && existsSync(join(credentials, CREDENTIAL))) {
    return { file: join(credentials, CREDENTIAL), source: 'systemd credential' };
  }
  return { file: join(keyDir, 'secrets-private-key'), source: 'key folder' };
}
