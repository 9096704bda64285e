import type { SessionId } from '@gatehouse/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'hook_credentials' })
export class HookCredentialEntity {
  /** That of its session, which says whose it is and how long it lasts. */
  @PrimaryColumn({ type: 'text' })
  id!: SessionId;

  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ type: 'text', name: 'device_id' })
  deviceId!: string;

  @Column({ type: 'text', name: 'settings_hash', nullable: true })
  settingsHash!: string | null;
}
