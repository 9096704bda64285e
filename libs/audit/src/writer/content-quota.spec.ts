import { describe, expect, it } from 'vitest';
import { ContentQuota } from './content-quota.ts';

const NOON = Date.UTC(2030, 0, 1, 12);

describe('the daily quota of recorded content', () => {
  it('is each user’s own', () => {
    const quota = new ContentQuota(1000);
    expect(quota.exhausted('maya', NOON)).toBe(false);
    quota.add('maya', 1000);
    expect(quota.exhausted('maya', NOON)).toBe(true);
    expect(quota.exhausted('omar', NOON)).toBe(false);
  });

  it.each([
    ['an hour later', NOON + 3_600_000, true],
    ['after midnight UTC', NOON + 12 * 3_600_000, false],
    ['when the clock goes back a day', NOON - 24 * 3_600_000, true],
  ])('%s', (_when, ms, exhausted) => {
    const quota = new ContentQuota(1000);
    quota.exhausted('maya', NOON);
    quota.add('maya', 2000);
    expect(quota.exhausted('maya', ms)).toBe(exhausted);
  });
});
