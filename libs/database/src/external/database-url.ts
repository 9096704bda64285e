import { AppError, type Secret } from '@gatehouse/kernel';
import pg from 'pg';

export interface ExternalAddress {
  readonly address: pg.ClientConfig;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Reads the operator's `postgres://user:password@host:port/database?sslmode=…`, as `pg` reads it.
 * @throws {AppError} DATABASE_URL_INVALID, without a character of the URL.
 */
export function parseDatabaseUrl(secret: Secret<string>): ExternalAddress {
  const url = secret.reveal();
  if (!/^postgres(ql)?:\/\//.test(url)) throw invalid('does not start with postgres://');
  // A URL of a socket has no host (`postgres://u:p@/db?host=/run/postgresql`), which URL itself does not allow.
  const parsed = URL.parse(url.replace('@/', '@socket/'));
  if (parsed === null)
    throw invalid('is not a URL; special characters in the password must be percent-encoded');
  if (parsed.username === '') throw invalid('names no user');
  // The roles' passwords are derived from it, and PostgreSQL's environment variables are none of ours.
  if (parsed.password === '') throw invalid('has no password');
  const { host, port, database, user, password, ssl } = read(url);
  if (!database || parsed.pathname.length < 2) throw invalid('names no database');
  if (!user || typeof password !== 'string') throw invalid('names no user or has no password');
  return { address: { host, port, database, ...(ssl ? { ssl } : {}) }, database, user, password };
}

/** A client that never connects, read for what it understood. */
function read(connectionString: string): pg.Client {
  try {
    return new pg.Client({ connectionString });
  } catch {
    // The cause would quote the URL.
    throw invalid('has options that cannot be read, such as a certificate file that is not there');
  }
}

function invalid(what: string): AppError {
  return new AppError('DATABASE_URL_INVALID', `The database URL ${what}.`, {
    owner: 'operator',
    hint: 'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, as DATABASE_URL or in the profile.',
  });
}
