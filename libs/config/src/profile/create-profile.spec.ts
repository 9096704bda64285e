import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aCheckout } from '../../test/a-checkout.ts';
import { createProfile, type NewProfile } from './create-profile.ts';

const file = (root: string, name: string) => join(root, `.gatehouse/profiles/${name}.yaml`);

describe('a new profile', () => {
  it('is a file for its owner alone, with what was given and nothing else', () => {
    const { root, environment } = aCheckout();
    const databaseUrl = 'postgres://gate:hunter2@db.example.test/gate';
    const view = createProfile(
      { name: 'staging', mode: 'production', port: 9000, databaseUrl },
      { root, environment },
    );
    expect(view).toMatchObject({ name: 'staging', mode: 'production', port: 9000, active: false });
    expect(view.databaseUrl).not.toContain('hunter2');
    expect(statSync(file(root, 'staging')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(root, 'staging'), 'utf8')).toBe(
      `mode: production\nport: 9000\ndatabase_url: ${databaseUrl}\n`,
    );
  });

  it('replaces none that is there', () => {
    const checkout = aCheckout({ '.gatehouse/profiles/staging.yaml': 'port: 9000\n' });
    expect(() => createProfile({ name: 'staging', port: 9001 }, checkout)).toThrow(/exists already/);
    expect(readFileSync(file(checkout.root, 'staging'), 'utf8')).toBe('port: 9000\n');
  });

  it('follows no link', () => {
    const checkout = aCheckout({ '.gatehouse/profiles/local.yaml': '{}\n' });
    symlinkSync(join(checkout.root, 'elsewhere'), file(checkout.root, 'staging'));
    expect(() => createProfile({ name: 'staging' }, checkout)).toThrow(/exists already/);
    expect(existsSync(join(checkout.root, 'elsewhere'))).toBe(false);
  });

  it.each<[string, NewProfile]>([
    ['a port out of range', { name: 'staging', port: 70_000 }],
    ['an unknown mode', { name: 'staging', mode: 'open' }],
    ['a public URL that is none', { name: 'staging', publicUrl: 'gate' }],
    ['another kind of database', { name: 'staging', databaseUrl: 'mysql://db/gate' }],
    ['a name that leaves the folder', { name: '../staging' }],
  ])('is not made with %s', (_, profile) => {
    const checkout = aCheckout();
    expect(() => createProfile(profile, checkout)).toThrow();
    expect(existsSync(file(checkout.root, 'staging'))).toBe(false);
  });
});
