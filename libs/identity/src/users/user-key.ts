import { AppError, isCorrelationId, type UserId } from '@gatehouse/kernel';
import { type FindOptionsWhere, Not } from 'typeorm';
import type { UserEntity } from './user.entity.ts';
import { emailOf } from './user-input.ts';

/** Where to look for a user named by id or e-mail address (then not for a deleted one); null: it can be neither. */
export function userKey(idOrEmail: string): FindOptionsWhere<UserEntity> | null {
  if (isCorrelationId(idOrEmail)) return { id: idOrEmail as UserId };
  try {
    return { email: emailOf(idOrEmail), status: Not('deleted') };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
