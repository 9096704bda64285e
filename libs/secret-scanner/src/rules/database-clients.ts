import { isUrlPassword } from '../judge/url-password.ts';
import type { SecretRule } from '../rule.ts';

/** Passwords that databases take where no `user:password@` stands. */
export const databaseClientRules: readonly SecretRule[] = [
  {
    id: 'oracle-thin-url',
    description: 'Oracle address with user and password: jdbc:oracle:thin:user/password@',
    keywords: ['oracle:thin:', 'oracle:oci:'],
    pattern: /oracle:(?:thin|oci):[\w$#]{1,128}\/([^\s"'<>{}]{1,128})@[A-Za-z0-9(/[]/i,
    glued: 'any',
    confidence: 'high',
    judge: (password) => isUrlPassword(password),
    source: 'https://docs.oracle.com/en/database/oracle/oracle-database/23/jjdbc/data-sources-and-URLs.html',
  },
  {
    id: 'sqlplus-login',
    description: 'Oracle login on a command line: sqlplus user/password@',
    keywords: ['sqlplus ', 'sqlldr ', 'expdp ', 'impdp '],
    pattern:
      /(?:sqlplus|sqlldr|expdp|impdp) (?:-[A-Za-z]{1,4} )?["']?[\w$#]{1,128}\/([^\s"'<>{}@$/]{4,128})@/,
    glued: 'no',
    confidence: 'high',
    judge: (password) => isUrlPassword(password),
    source: 'https://docs.oracle.com/en/database/oracle/oracle-database/23/sqpug/starting-SQL-Plus.html',
  },
  {
    id: 'url-query-password',
    description: 'Password as a parameter of an address that also names the user',
    keywords: ['password=', 'passwd=', 'pwd='],
    pattern: /(?<=[?&;])(?:password|passwd|pwd)=([^\s&;"'<>{}]{4,128})/i,
    glued: 'any',
    confidence: 'medium',
    judge: (value, match) =>
      /:\/\/\S{1,300}[?&;](?:user|username|user_?id|uid|login)=/i.test(
        match.input.slice(Math.max(0, match.index - 320), match.index),
      ) && isUrlPassword(value),
    source: 'https://jdbc.postgresql.org/documentation/use/#connection-parameters',
  },
  {
    id: 'redis-password',
    description: 'Password that Redis or Valkey asks for: requirepass, masterauth',
    keywords: ['requirepass ', 'masterauth '],
    pattern: /(?:requirepass|masterauth) ["']?([^\s"'<>$]{8,256})/,
    glued: 'any',
    confidence: 'medium',
    judge: (value) => /[0-9]/.test(value) && isUrlPassword(value),
    source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
  },
];
