import type { Role, UserId } from '@gatehouse/kernel';

export const USER_STATUSES = ['active', 'suspended', 'deleted'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export interface User {
  readonly id: UserId;
  /** Lower case; unique among the users that are not deleted. */
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly department: string | null;
  readonly status: UserStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
