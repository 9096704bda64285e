import { AppError, Secret } from '@gatehouse/kernel';
import { expect, it } from 'vitest';
import { parseDatabaseUrl } from './database-url.ts';

it('reads host, port, database, user, password and encryption', () => {
  expect(
    parseDatabaseUrl(new Secret('postgres://ann:p%40ss@db.example:6432/gate?sslmode=verify-full')),
  ).toEqual({
    address: { host: 'db.example', port: 6432, database: 'gate', ssl: {} },
    database: 'gate',
    user: 'ann',
    password: 'p@ss',
  });
});

it('reads the folder of a socket', () => {
  const { address } = parseDatabaseUrl(new Secret('postgresql://ann:x@/gate?host=/run/postgresql'));
  expect(address).toMatchObject({ host: '/run/postgresql', database: 'gate' });
});

it.each([
  ['mysql://ann:secret@host/gate', /postgres:\/\//],
  ['postgres://ann@host/gate', /no password/],
  ['postgres://ann:@host/gate', /no password/],
  ['postgres://host/gate', /no user/],
  ['postgres://:secret@host/gate', /no user/],
  ['postgres://ann:secret@host', /no database/],
  ['postgres://ann:secret@host/', /no database/],
  ['postgres://ann:se cret#1@host/gate', /percent-encoded|no password|no user/],
  ['postgres://ann:secret@host/gate?sslrootcert=/nowhere/secret.pem', /certificate/],
])('refuses %s without repeating it', (url, message) => {
  const attempt = () => parseDatabaseUrl(new Secret(url));
  expect(attempt).toThrow(message);
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('DATABASE_URL_INVALID');
    expect(`${error.message} ${error.hint} ${String(error.cause)} ${error.stack}`).not.toContain('secret');
  }
});
