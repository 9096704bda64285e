import type { User } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';

export const USER_COLUMNS = ['id', 'email', 'display_name', 'role', 'department', 'status'] as const;

export function userData(user: User): JsonObject {
  return {
    id: user.id,
    email: user.email,
    display_name: user.displayName,
    role: user.role,
    department: user.department,
    status: user.status,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}
