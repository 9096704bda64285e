import { describe, expect, it } from 'vitest';
import { aCheckout, type Checkout } from '../../test/a-checkout.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { ConfigurationInvalid } from '../problem/configuration-invalid.ts';
import { describeProblem } from '../problem/configuration-problem.ts';
import { listProfiles, showProfile } from './show-profiles.ts';

const PRODUCTION =
  'mode: production\nport: 9000\nhost: 0.0.0.0\npublic_url: https://gate.example.test/\ndatabase_url: postgres://gate:hunter2@db.example.test:5432/gate?sslmode=require\nlog_level: warn\n';

const production = () =>
  aCheckout({ '.gatehouse/profiles/production.yaml': PRODUCTION, '.gatehouse/profiles/bare.yaml': '{}\n' });

async function profileOf(
  { root, environment }: Checkout,
  variables: Record<string, string>,
  profile?: string,
) {
  const loaded = await loadConfiguration({
    root,
    environment: { ...environment, ...variables },
    ...(profile === undefined ? {} : { profile }),
  });
  return loaded.profile;
}

describe('profiles', () => {
  it('runs under local without a file', async () => {
    expect(await profileOf(aCheckout(), {})).toEqual({
      name: 'local',
      mode: 'evaluation',
      host: 'localhost',
      port: 8080,
      publicUrl: 'http://localhost:8080',
      databaseUrl: null,
      outboundAllow: [],
      trustedProxies: [],
      logLevel: 'info',
      source: null,
    });
  });

  it.each<[string, Record<string, string>, string | undefined, object]>([
    [
      'the file over the defaults',
      {},
      'production',
      { mode: 'production', port: 9000, publicUrl: 'https://gate.example.test', logLevel: 'warn' },
    ],
    ['the defaults for an empty file', {}, 'bare', { name: 'bare', mode: 'evaluation', port: 8080 }],
    [
      'PORT over the file',
      { PORT: '9001' },
      'production',
      { port: 9001, publicUrl: 'https://gate.example.test' },
    ],
    [
      'PORT in the default address',
      { PORT: '8081' },
      undefined,
      { port: 8081, publicUrl: 'http://localhost:8081' },
    ],
    [
      'GATEHOUSE_PROFILE without --profile',
      { GATEHOUSE_PROFILE: 'production' },
      undefined,
      { name: 'production' },
    ],
    ['--profile over GATEHOUSE_PROFILE', { GATEHOUSE_PROFILE: 'production' }, 'bare', { name: 'bare' }],
    [
      'nothing for empty variables',
      { PORT: '', DATABASE_URL: '', GATEHOUSE_PROFILE: '' },
      undefined,
      { name: 'local', port: 8080, databaseUrl: null },
    ],
  ])('takes %s', async (_name, variables, profile, expected) => {
    expect(await profileOf(production(), variables, profile)).toMatchObject(expected);
  });

  it('takes DATABASE_URL over the file, and prints neither', async () => {
    const checkout = production();
    const fromFile = await profileOf(checkout, {}, 'production');
    expect(fromFile.databaseUrl?.reveal()).toContain('hunter2');
    const fromVariable = await profileOf(checkout, { DATABASE_URL: 'postgresql://a:b@c/d' }, 'production');
    expect(fromVariable.databaseUrl?.reveal()).toBe('postgresql://a:b@c/d');
    expect(JSON.stringify(fromFile)).not.toContain('hunter2');
  });

  it('takes the address of a socket, which has no host', async () => {
    const url = 'postgres://a:b@/gate?host=/run/postgresql';
    expect((await profileOf(production(), { DATABASE_URL: url }, 'production')).databaseUrl?.reveal()).toBe(
      url,
    );
  });

  it.each(['http', '0', '65536', '-1', '80.5', '8080 ', '0x50', '999999'])(
    'refuses PORT=%j and says why',
    async (PORT) => {
      const failed = profileOf(aCheckout(), { PORT });
      await expect(failed).rejects.toBeInstanceOf(ConfigurationInvalid);
      await expect(failed).rejects.toThrow(
        'environment: PORT: is not a port (expected a whole number from 1 to 65535)',
      );
    },
  );

  it.each([
    [
      'prodction',
      'the profile "prodction" does not exist; there is bare, local, production',
      'Did you mean "production"?',
    ],
    [
      '../../etc/passwd',
      'that is no name of a profile; there is bare, local, production',
      'A profile is a file in',
    ],
  ])('refuses the profile %s and lists those that exist', async (name, message, hint) => {
    await expect(profileOf(production(), {}, name)).rejects.toMatchObject({
      code: 'CONFIG_PROFILE_UNKNOWN',
      message,
      hint: expect.stringContaining(hint),
    });
  });

  it.each([
    [
      'prot: 80',
      '1:1: prot: is not a known key (expected one of mode, host, port, public_url, database_url, outbound, trusted_proxies, log_level; did you mean "port"?)',
    ],
    [
      'mode: prod',
      '1:7: mode: is not a known value (expected one of evaluation, production; did you mean "production"?)',
    ],
    [
      'public_url: https://u:p@h',
      '1:13: public_url: holds credentials (expected an address without a path, such as https://gatehouse.example.com)',
    ],
    [
      'public_url: https://h/path',
      '1:13: public_url: has a path (expected an address without a path, such as https://gatehouse.example.com)',
    ],
    [
      'public_url: javascript:alert(1)',
      '1:13: public_url: is not http or https (expected an address without a path, such as https://gatehouse.example.com)',
    ],
    [
      'database_url: mysql://h/d',
      '1:15: database_url: is not a postgres address (expected postgres://user:password@host:5432/database)',
    ],
    [
      'database_url: postgres://h',
      '1:15: database_url: names no database (expected postgres://user:password@host:5432/database)',
    ],
  ])('refuses the file %j', async (content, problem) => {
    const checkout = aCheckout({ '.gatehouse/profiles/x.yaml': content });
    const failed = profileOf(checkout, {}, 'x').catch((error: unknown) => error);
    const error = await failed;
    if (!(error instanceof ConfigurationInvalid)) throw error;
    expect(error.problems.map(describeProblem)).toEqual([`.gatehouse/profiles/x.yaml:${problem}`]);
  });

  it('lists them all, the broken ones too, and says which one is active', () => {
    const checkout = production();
    checkout.write('.gatehouse/profiles/broken.yaml', 'mode: 1\n');
    checkout.write('.gatehouse/profiles/Not a profile.yaml', '');
    const listed = listProfiles({
      ...checkout,
      environment: { ...checkout.environment, GATEHOUSE_PROFILE: 'production', PORT: '1234' },
    });
    expect(listed.map(({ name, active, valid, publicUrl }) => [name, active, valid, publicUrl])).toEqual([
      ['bare', false, true, 'http://localhost:8080'],
      ['broken', false, false, null],
      ['local', false, true, 'http://localhost:8080'],
      ['production', true, true, 'https://gate.example.test'],
    ]);
  });

  it('shows one with the password of its database masked', () => {
    expect(showProfile('production', production())).toMatchObject({
      databaseUrl: 'postgres://gate:[masked]@db.example.test:5432/gate',
      source: '.gatehouse/profiles/production.yaml',
      active: false,
    });
  });
});
