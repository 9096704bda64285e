import { readFile } from 'node:fs/promises';
import { AppError } from '@gatehouse/kernel';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The accounts of this machine, from the password file alone: no directory service is asked. */
export async function readAccounts(path = '/etc/passwd'): Promise<readonly Account[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (!name || !/^\d{1,10}$/.test(uid ?? '') || !/^\d{1,10}$/.test(gid ?? '')) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/**
 * PostgreSQL refuses to run as root: it runs as `postgres` where that account exists, else as `nobody`.
 * @throws {AppError} DATABASE_NO_ACCOUNT where neither exists.
 */
export async function unprivilegedAccount(): Promise<Account> {
  const accounts = (await readAccounts()).filter((account) => account.uid !== 0);
  const account =
    accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody');
  if (account !== undefined) return account;
  throw new AppError(
    'DATABASE_NO_ACCOUNT',
    'PostgreSQL does not run as root, and this machine has neither an account "postgres" nor "nobody".',
    {
      owner: 'operator',
      hint: 'Add one (useradd --system postgres), or start Gatehouse as an ordinary user.',
    },
  );
}
