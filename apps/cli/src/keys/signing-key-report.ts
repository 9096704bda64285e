import type { SigningKey } from '@gatehouse/oauth';
import { type Report, tableReport } from '../report/report.ts';

/** The keys of ID tokens, newest first. */
export function signingKeysReport(title: string, keys: readonly SigningKey[]): Report {
  return tableReport({
    title,
    key: 'keys',
    columns: ['kid', 'state', 'created_at', 'published_until'],
    rows: keys.map(({ kid, createdAt, state, publishedUntil }) => ({
      kid,
      state,
      created_at: createdAt.toISOString(),
      published_until: publishedUntil?.toISOString() ?? null,
    })),
  });
}
