import { type EntityManager, Not } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { UserEntity } from './user.entity.ts';
import { displayNameOf, emailOf } from './user-input.ts';

export interface UserDetails {
  readonly email?: string;
  readonly displayName?: string;
}

/** The details as they are stored. @throws AppError `IDENTITY_EMAIL_INVALID`, `IDENTITY_DISPLAY_NAME_INVALID`, `IDENTITY_NOTHING_TO_CHANGE` */
export function detailsOf({ email, displayName }: UserDetails): UserDetails {
  if (email === undefined && displayName === undefined) throw identityError('IDENTITY_NOTHING_TO_CHANGE');
  return {
    ...(email === undefined ? {} : { email: emailOf(email) }),
    ...(displayName === undefined ? {} : { displayName: displayNameOf(displayName) }),
  };
}

/** @throws AppError `IDENTITY_EMAIL_TAKEN` where another user has the address. Under the lock of user changes. */
export async function refuseTaken(manager: EntityManager, id: string, email: string): Promise<void> {
  const others = await manager.countBy(UserEntity, {
    id: Not(id as UserEntity['id']),
    email,
    status: Not('deleted'),
  });
  if (others > 0) throw identityError('IDENTITY_EMAIL_TAKEN');
}
