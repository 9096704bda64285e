import { describe, expect, it } from 'vitest';
import { aBody } from '../../test/a-token.ts';
import { createScanner } from '../create-scanner.ts';

const scanner = createScanner();
const rulesOf = (text: string) => scanner.scanText(text).map((finding) => finding.rule);
const mixed = aBody(40);
const hex = (length: number) => aBody(length, 'hex', 11);
const base32 = aBody(32, 'upper', 2);

describe('a value and what stands around it', () => {
  it.each<[string, string, string]>([
    ['columns that are aligned', "password              => 'gr4vel-pit'", 'assigned-password'],
    ['more space after the colon', `fbApiKey:                 "${hex(32)}",`, 'assigned-secret'],
    ['bytes of Python', `SIGNING_SECRET = b'${hex(40)}'`, 'assigned-secret'],
    ['a long value', `SERVICE_API_KEY=${aBody(400, 'base64', 3)}`, 'assigned-secret'],
    ['a personal access token by its short name', `wiki_PAT=${mixed}`, 'assigned-secret'],
    ['a login on a line of its own', 'curl https://host \\\n-u ops:gr4vel-pit', 'command-line-user'],
    ['an entry of properties', `map.put("token", "${mixed}")`, 'secret-definition'],
    ['an attribute pair', `<add key="ApiKey" value="${mixed}"/>`, 'secret-definition'],
    ['a password of a key file', 'map.put("keyFilePwd", "gr4vel-pit")', 'password-definition'],
    ['the last word of an element', `<secret>{shop v1 ${mixed}}</secret>`, 'element-secret'],
    [
      'a secret that Jenkins keeps',
      `<x>{AQAAABAAAAAg${aBody(44, 'base64', 4)}=}</x>`,
      'jenkins-encrypted-secret',
    ],
    ['the name of a service near by', `gumroad said hello to\n${mixed} today`, 'vendor-credential-nearby'],
    ['parameters of an address', 'jdbc:pgsql://h/x?user=sa&password=gr4vel', 'url-query-password'],
    ['an Oracle address', 'jdbc:oracle:thin:sh/gr4v@el/pit@(DESCRIPTION=(x)))', 'oracle-thin-url'],
    ['an Oracle client', 'sqlplus sh/gr4vel@db:1521/x', 'sqlplus-login'],
    ['the settings of Redis', 'masterauth gr4vel-pit', 'redis-password'],
    ['a router', 'username ops secret 9 gr4vel-pit', 'network-device-password'],
    ['a switch', 'snmp-server community gr4v RW', 'snmp-community'],
    ['a shared key of a router', 'tacacs-server key 7 0458021', 'network-device-shared-key'],
    ['a seed of one-time passwords', `mfa_seed = "${base32}"`, 'totp-secret'],
    ['an authenticator entry', `otpauth://totp/Shop:a@b?issuer=Shop&secret=${base32}`, 'otpauth-url'],
    ['recovery codes', 'recovery-codes: 12ab-34cd, 56ef-78ab, 90cd-12ef', 'recovery-codes'],
    ['a property of a Java program', `java -Dsonar.login=${hex(40)} -jar x`, 'sonar-legacy-token'],
    ['the header of a crumb', `curl -H 'Jenkins-Crumb:${hex(64)}'`, 'jenkins-crumb'],
    ['a key of SoftLayer that repeats itself', `sl_key = ${hex(8).repeat(8)}`, 'softlayer-api-key'],
    [
      'a message of TrueNAS',
      `"auth.login_with_api_key", "params": ["4-${aBody(64)}"]`,
      'truenas-login-message',
    ],
  ])('is found by %s', (_name, text, rule) => {
    expect(rulesOf(text)).toContain(rule);
  });

  it.each([
    ['a hash beside the name of a service', `gumroad integrity ${mixed}`],
    ['an identifier of a service', `gumroad shopId is ${mixed}`],
    ['a digest', `gumroad at ${hex(40)}`],
    ['a path', `gumroad in dir ${mixed}/x`],
    ['a key with no other name', `key = ${mixed}`],
    ['the token of a form', `<input name="authenticity_token" value="${mixed}">`],
    ['a sentence about enabling passwords', 'enable password protection, and enable secret sharing'],
    ['a sentence about user names', 'a username and password authentication for everyone'],
    ['an element with a word', '<token>identifier</token>'],
    ['an element with a word after others', '<secret>the name of a HandwrittenSecretStore</secret>'],
    ['a word that ends in the name of a service', `the personar=${hex(40)}`],
    ['a name that only begins with pat', `next_patient = "${mixed}"`],
    ['an element with a reference', '<password>${db.password}</password>'],
    ['a community that only reads', 'snmp-server community public RO'],
    ['a name that ends in pat and goes on', `match_pattern = "${mixed}"`],
    ['the setting that names a seed', 'totp_secret = os.environ["TOTP_SECRET"]'],
    ['a list of codes that are none', 'backup_codes: [alpha, beta, gamma, delta]'],
    ['an entry with a name of a constant', 'map.put("token", "ACCESS_TOKEN_HEADER")'],
  ])('is left alone as %s', (_name, text) => {
    expect(rulesOf(text)).toEqual([]);
  });
});

describe('a hashed password', () => {
  it.each([
    ['md5-crypt-hash', `root:$1$${aBody(8)}$${aBody(22)}:19000`],
    ['md5-crypt-hash', `bob:$apr1$${aBody(8)}$${aBody(22)}`],
    ['bcrypt-hash', `"hash": "$2b$10$${aBody(53)}"`],
    ['sha-crypt-hash', `$5$rounds=5000$${aBody(16)}$${aBody(43)}`],
    ['sha-crypt-hash', `$6$${aBody(16)}$${aBody(86)}`],
    ['yescrypt-hash', `$y$j9T$${aBody(22)}$${aBody(43)}`],
    ['argon2-hash', `$argon2id$v=19$m=65536,t=3,p=4$${aBody(22)}$${aBody(43)}`],
    ['cisco-password-hash', `$9$${aBody(14)}$${aBody(43)}`],
    ['django-password-hash', `pbkdf2_sha256$600000$${aBody(22)}$${aBody(43, 'base64')}=`],
  ])('is found: %s', (rule, text) => {
    expect(rulesOf(text)).toContain(rule);
  });

  it.each([`$5$${'x'.repeat(8)}$${'x'.repeat(43)}`, '$1 costs $2a and $5$6', '$2b$10$tooshort'])(
    'is not seen in %s',
    (text) => {
      expect(rulesOf(text)).toEqual([]);
    },
  );
});
