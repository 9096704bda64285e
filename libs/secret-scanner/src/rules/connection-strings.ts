import { isPasswordOfUrl } from '../judge/url-password.ts';
import type { SecretRule } from '../rule.ts';

/** `user:password@` after the scheme; the password may hold an unescaped `@`, the user may be empty. */
const USERINFO = '[^\\s/:@?#"\'`<>\\\\]{0,128}:([^\\s/"\'`<>\\\\]{1,256})@[A-Za-z0-9.\\[_-]';

function scheme(id: string, description: string, schemes: readonly string[], source: string): SecretRule {
  const escaped = schemes.map((name) => name.replaceAll('+', '\\+')).join('|');
  return {
    id,
    description,
    keywords: schemes.map((name) => `${name}://`),
    pattern: new RegExp(`(?:${escaped}):\\/\\/${USERINFO}`, 'i'),
    glued: 'any',
    judge: isPasswordOfUrl,
    confidence: 'high',
    source,
  };
}

/** URLs and connection strings. Without a password they are none. */
export const connectionStringRules: readonly SecretRule[] = [
  scheme(
    'postgres-url',
    'PostgreSQL connection URL with a password',
    ['postgres', 'postgresql', 'postgresql+psycopg2', 'postgresql+asyncpg'],
    'https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS',
  ),
  scheme(
    'mysql-url',
    'MySQL or MariaDB connection URL with a password',
    ['mysql', 'mariadb', 'mysql+pymysql', 'mysqlx'],
    'https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html',
  ),
  scheme(
    'mongodb-url',
    'MongoDB connection URL with a password',
    ['mongodb', 'mongodb+srv'],
    'https://www.mongodb.com/docs/manual/reference/connection-string/',
  ),
  scheme(
    'redis-url',
    'Redis or Valkey connection URL with a password',
    ['redis', 'rediss', 'valkey', 'valkeys'],
    'https://www.iana.org/assignments/uri-schemes/prov/redis',
  ),
  scheme(
    'amqp-url',
    'AMQP connection URL with a password',
    ['amqp', 'amqps'],
    'https://www.rabbitmq.com/docs/uri-spec',
  ),
  scheme(
    'database-url',
    'Connection URL of another data store, with a password',
    [
      'mssql',
      'sqlserver',
      'oracle',
      'clickhouse',
      'clickhouses',
      'cockroachdb',
      'cassandra',
      'couchdb',
      'neo4j',
      'neo4j+s',
      'bolt',
      'influxdb',
      'nats',
      'kafka',
      'elasticsearch',
      'libsql',
      'snowflake',
      'mqtt',
      'mqtts',
      'ldap',
      'ldaps',
      'smtp',
      'smtps',
      'ftp',
      'ftps',
      'sftp',
      'ssh',
      'rtsp',
      'cloudinary',
    ],
    'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
  ),
  {
    id: 'basic-auth-url',
    description: 'URL with a user and a password (RFC 3986 section 3.2.1)',
    keywords: ['://'],
    pattern: new RegExp(`:\\/\\/${USERINFO}`),
    glued: 'any',
    judge: isPasswordOfUrl,
    confidence: 'medium',
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
  },
];
