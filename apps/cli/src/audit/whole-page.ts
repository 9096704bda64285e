import type { AuditPage } from '@gatehouse/audit';

/** So long a command goes on looking for rows that hardly fit anything. */
const PATIENCE_MS = 5000;

/** Asks for a page until it is full, or the log or the patience ends: one page may hold fewer rows than there are. */
export async function wholePage<Row>(
  { limit, before }: { readonly limit: number; readonly before?: string },
  ask: (from: { readonly limit: number; readonly before?: string }) => Promise<AuditPage<Row>>,
): Promise<AuditPage<Row>> {
  const untilMs = performance.now() + PATIENCE_MS;
  const rows: Row[] = [];
  let next = before;
  for (;;) {
    const page = await ask({ limit: limit - rows.length, ...(next === undefined ? {} : { before: next }) });
    rows.push(...page.rows);
    if (page.next === null || rows.length >= limit || performance.now() > untilMs)
      return { rows, next: page.next };
    next = page.next;
  }
}

/** What stands in the place of a table without rows. */
export function noneText(none: string, next: string | null): string {
  return next === null ? none : `${none.replace(/\.$/, '')} so far; go on with --cursor ${next}`;
}
