import { Users } from '@gatehouse/identity';
import type { Operator } from '../../session/operator.ts';

/** An e-mail address is looked up; an id may be of a user who is gone. */
export async function userIdOf(operator: Operator, user: string): Promise<string> {
  return user.includes('@') ? (await operator.get(Users).get(user)).id : user;
}
