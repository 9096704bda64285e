import { type AuditFilter, AuditReader, type AuditVisibility } from '@gatehouse/audit';
import { Users } from '@gatehouse/identity';
import { type Report, tableReport } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';
import { noneText, wholePage } from './whole-page.ts';

/** What the command line narrows by; `user` is an id or an e-mail address. */
export type AuditWish = Omit<AuditFilter, 'userId'> & { readonly user?: string };

/** Whose rows the operator sees (threat T18). */
export function visibilityOf(operator: Operator): AuditVisibility {
  const { id: userId, department } = operator.user;
  const reach = operator.reach('audit:read');
  if (reach === 'all') return { kind: 'all', userId };
  if (reach === 'department' && department !== null) return { kind: 'department', userId, department };
  return { kind: 'self', userId };
}

/** A page of audit rows, newest first. @throws AppError `IDENTITY_USER_UNKNOWN` for an address nobody has */
export async function listAudit(operator: Operator, { user, ...filter }: AuditWish): Promise<Report> {
  const userId = user?.includes('@') ? (await operator.get(Users).get(user)).id : user;
  const wanted = { ...filter, ...(userId === undefined ? {} : { userId }) };
  const { rows, next } = await wholePage(wanted, (from) =>
    operator.get(AuditReader).list({ ...wanted, ...from }, visibilityOf(operator)),
  );
  return tableReport({
    title: 'Audit rows',
    key: 'rows',
    columns: ['occurred_at', 'event', 'action', 'decision', 'policy', 'user_id', 'trace_id'],
    rows: rows.map(({ evaluation: _content, result, ...row }) => ({
      ...row,
      status: typeof result?.status === 'string' ? result.status : null,
    })),
    more: { next_cursor: next },
    empty: noneText('No such rows.', next),
  });
}
