import type { Role, UserId } from '@gatehouse/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { User, UserStatus } from './user.ts';

@Entity({ name: 'users' })
export class UserEntity implements User {
  @PrimaryColumn({ type: 'text' })
  id!: UserId;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text', name: 'display_name' })
  displayName!: string;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'text', nullable: true })
  department!: string | null;

  @Column({ type: 'text' })
  status!: UserStatus;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'updated_at' })
  updatedAt!: Date;
}

export function userOf(entity: UserEntity): User {
  return Object.freeze(Object.assign({}, entity));
}
