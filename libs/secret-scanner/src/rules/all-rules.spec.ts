import { describe, expect, it } from 'vitest';
import { aBody, aToken } from '../../test/a-token.ts';
import { sampleOf, seeded } from '../../test/sample-of.ts';
import { createScanner } from '../create-scanner.ts';
import { RuleMatcher } from '../match/rule-matcher.ts';
import { allRules } from './all-rules.ts';

const scanner = createScanner();
const basic = (pair: string) => Buffer.from(pair).toString('base64');
const hex = (length: number) => aBody(length, 'hex', 3);

/** Texts for the rules that judge more than the shape, so that a text made from the pattern alone is refused. */
const written: Readonly<Record<string, string>> = {
  'aws-secret-access-key': `AWS_SECRET_ACCESS_KEY=${aBody(40, 'base64')}`,
  'logz-io-token': `LOGZ_IO_TOKEN=${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
  'twitter-bearer-token': `${'A'.repeat(21)}${aBody(30)}%2F${aBody(40)}`,
  'ethereum-private-key': `DEPLOYER_KEY=0x${hex(64)}`,
  'postgres-url': 'postgres://app:t0p-s3cr3t@db:5432/x',
  'mysql-url': 'jdbc:mysql://app:t0p-s3cr3t@db/x',
  'mongodb-url': 'mongodb+srv://app:t0p-s3cr3t@cluster.mongodb.net',
  'redis-url': 'rediss://:t0p-s3cr3t@cache:6380/0',
  'amqp-url': 'amqps://app:t0p-s3cr3t@queue/vhost',
  'database-url': 'clickhouse://app:t0p-s3cr3t@host/x',
  'basic-auth-url': 'git clone https://bot:t0p-s3cr3t@git.internal/x.git',
  'http-authorization-header': `Authorization: Token ${hex(40)}`,
  'http-basic-credentials': `Basic ${basic('app:t0p-s3cr3t')}`,
  'http-bearer-token': `bearer ${aBody(40)}`,
  'command-line-user': 'curl -s -u admin:t0p-s3cr3t https://host',
  'api-key-header': `x-api-key, ${aBody(24)}`,
  'database-client-password': 'mysql -u root -pt0p-s3cr3t shop',
  'command-line-password': 'sshpass -p t0p-s3cr3t ssh host',
  'docker-registry-auth': `{"auths":{"r.io":{"auth":"${basic('app:t0p-s3cr3t')}"}}}`,
  'connection-string-password': 'Server=db;User Id=app;Password=t0p-s3cr3t;',
  'assigned-password': 'db_password: "t0p-s3cr3t"',
  'assigned-secret': `client_secret = "${aBody(32)}"`,
  'vendor-credential': `abuseipdb = '${hex(64)}'`,
  'assigned-key': `billing_key: ${hex(32)}`,
  'directory-entry-password': 'new DirectoryEntry("LDAP://x", "app", "t0p-s3cr3t!")',
  'pgpass-password': 'db.internal:5432:shop:app:t0p-s3cr3t',
  'piped-login-password': 'echo t0p-s3cr3t | docker login -u app --password-stdin',
  'batch-password-argument': 'htpasswd -bc users app t0p-s3cr3t',
  'bitcoin-private-key': `wif = L${aBody(51, 'base58')}`,
  'recovery-phrase': `mnemonic: ${'abandon zoo stove '.repeat(4).trim()}`,
  'ably-api-key': `ABLY_KEY=${aBody(6)}.${aBody(6, 'base62', 2)}:${aBody(43)}`,
  'secret-token-url': `secret-token:${aBody(30)}`,
  'password-argument': 'data.setPassword("t0p-s3cr3t!")',
  'password-definition': `define('DB_PASSWORD', 't0p-s3cr3t!')`,
  'password-named-pass': '"pass": "t0p-s3cr3t!"',
  'authentication-pair': `get(url, auth=('bob', 't0p-s3cr3t!'))`,
  'dockerfile-password': 'ENV MYSQL_ROOT_PASSWORD t0p-s3cr3t!',
  'windows-account-password': 'net user bob t0p-s3cr3t! /add',
  'unix-account-password': 'echo "root:t0p-s3cr3t!" | sudo chpasswd',
  'agora-app-certificate': `AGORA_APP_CERTIFICATE=${hex(32)}`,
  'element-secret': `<scope>GLOBAL</scope><apiKey>the shop ${aBody(32)}</apiKey>`,
  'network-device-enable-password': 'enable password t0p-s3cr3t',
  'oracle-thin-url': 'jdbc:oracle:thin:app/t0p-s3cr3t@db.internal:1521:SHOP',
  'recovery-codes': 'recovery_codes: ["8f3k-2l9q", "7w6e-5r4t", "3y2u-1i0o"]',
  'redis-password': 'redis-server --requirepass t0p-s3cr3t',
  'secret-definition': `properties.put("token", "${aBody(40)}")`,
  'snmp-community': 'snmp-server community t0p-s3cr3t RW 10',
  'totp-secret': `TOTP_SECRET=${aBody(32, 'upper')}`,
  'url-query-password': 'jdbc:postgresql://db:5432/app?user=app&password=t0p-s3cr3t',
  'vendor-credential-nearby': `the gumroad account, ${aBody(40)}, of the shop`,
  'openai-legacy-api-key': `${aToken('sk-', 20)}T3BlbkFJ${aBody(20, 'base62', 2)}`,
};

function textsFor(rule: (typeof allRules)[number]): string[] {
  const text = written[rule.id];
  if (text !== undefined) return [text];
  return Array.from({ length: 12 }, (_, i) => sampleOf(rule.pattern, seeded(i * 31 + 7)));
}

describe('the shipped rules', () => {
  it('are more than 350 kinds, each with an id and a description of its own and a source', () => {
    expect(allRules.length).toBeGreaterThan(350);
    expect(new Set(allRules.map((rule) => rule.id)).size).toBe(allRules.length);
    expect(new Set(allRules.map((rule) => rule.description)).size).toBe(allRules.length);
    for (const rule of allRules) {
      expect(rule.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(rule.source).toMatch(/^https:\/\//);
    }
  });

  it('have keywords that are lower-case and no shorter than the automaton is good at', () => {
    for (const { id, keywords } of allRules) {
      expect(keywords.length, id).toBeGreaterThan(0);
      for (const keyword of keywords) {
        expect(keyword, id).toBe(keyword.toLowerCase());
        expect(keyword.length, `${id}: ${keyword}`).toBeGreaterThanOrEqual(
          id === 'vault-legacy-token' ? 2 : 3,
        );
      }
    }
  });

  it.each(allRules.map((rule) => [rule.id, rule] as const))(
    '%s finds what its format describes',
    (id, rule) => {
      const texts = textsFor(rule);
      const alone = new RuleMatcher([rule]);
      const byRule = texts.filter((text) => alone.match(text).found.some((match) => match.rule.id === id));
      expect(byRule.length, texts.join('\n')).toBeGreaterThanOrEqual(Math.ceil(texts.length * 0.6));
      const byAll = texts.filter((text) => scanner.scanText(text).length > 0);
      expect(byAll.length, texts.join('\n')).toBeGreaterThanOrEqual(Math.ceil(texts.length * 0.8));
      const redacted = byAll.map((text) => scanner.redactText(text).text);
      expect(redacted.flatMap((text) => scanner.scanText(text))).toEqual([]);
    },
  );
});
