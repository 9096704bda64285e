import type { SessionId } from '@gatehouse/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BrowserProof } from './browser-session.ts';

@Entity({ name: 'browser_sessions' })
export class BrowserSessionEntity {
  /** That of its session, which says whose it is and how long it lasts. */
  @PrimaryColumn({ type: 'text' })
  id!: SessionId;

  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ type: 'text' })
  proof!: BrowserProof;
}
