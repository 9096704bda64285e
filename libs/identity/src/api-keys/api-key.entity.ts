import type { SessionId } from '@gatehouse/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'api_keys' })
export class ApiKeyEntity {
  /** That of its session, which says whose it is, what it is good for and how long it lasts. */
  @PrimaryColumn({ type: 'text' })
  id!: SessionId;

  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ type: 'text' })
  name!: string;
}
