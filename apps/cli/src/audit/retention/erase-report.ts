import { Retention } from '@gatehouse/audit';
import { cardReport, type Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';
import { userIdOf } from './user-id.ts';

export async function eraseContent(
  operator: Operator,
  { user, rule, dryRun }: { readonly user: string; readonly rule: string; readonly dryRun: boolean },
): Promise<Report> {
  const retention = operator.get(Retention);
  const userId = await userIdOf(operator, user);
  if (dryRun) {
    const { rows, held } = await retention.erasable(userId);
    return cardReport('Erasure: nothing was erased', { user_id: userId, rows, held });
  }
  const { rows, held, record } = await retention.erase(operator.context, userId, rule);
  return cardReport('Erased', { user_id: userId, rows, held, rule, record });
}
