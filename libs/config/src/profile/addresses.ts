import { isIP } from 'node:net';

/** Why `text` cannot be the public address: it is an origin, without path, query or credentials. */
export function originProblem(text: string): { message: string; expected: string } | undefined {
  const expected = 'an address without a path, such as https://gatehouse.example.com';
  if (!URL.canParse(text)) return { message: 'is not an address', expected };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { message: 'is not http or https', expected };
  if (url.username !== '' || url.password !== '') return { message: 'holds credentials', expected };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return { message: 'has a path', expected };
  return undefined;
}

/** Why `text` cannot be the address of a PostgreSQL database. Never repeats the text: it holds a password. */
export function postgresUrlProblem(text: string): { message: string; expected: string } | undefined {
  const expected = 'postgres://user:password@host:5432/database';
  const url = postgresUrl(text);
  if (url === null) return { message: 'is not an address', expected };
  const { protocol, pathname } = url;
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    return { message: 'is not a postgres address', expected };
  }
  if (pathname.length < 2) return { message: 'names no database', expected };
  return undefined;
}

/** The address with its password and its parameters left out. */
export function maskPostgresUrl(text: string): string {
  const url = postgresUrl(text);
  if (url === null) throw new Error('the address was not checked');
  const host = url.host === NO_HOST ? '' : url.host;
  const user = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : ':[masked]'}@`;
  return `${url.protocol}//${user}${host}${url.pathname}`;
}

const NO_HOST = 'socket';

/** One of a socket has no host (`postgres://u:p@/db?host=/run/postgresql`), which URL does not allow of itself. */
function postgresUrl(text: string): URL | null {
  return URL.parse(text.replace('@/', `@${NO_HOST}/`));
}

/** Why `text` is neither an address nor a network in CIDR form. */
export function networkProblem(text: string): { message: string; expected: string } | undefined {
  const expected = 'an address or a network such as 10.0.0.0/8';
  const [address = '', bits, ...more] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  const long = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
  if (isIP(address) === 0 || more.length > 0 || !long || address.includes('%')) {
    return { message: 'is neither an address nor a network', expected };
  }
  return undefined;
}
