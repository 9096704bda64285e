import type { AgentId, ClientId, SessionId, UserId } from '@gatehouse/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RevokedReason, Session, SessionKind } from './session.ts';

@Entity({ name: 'sessions' })
export class SessionEntity implements Session {
  @PrimaryColumn({ type: 'text' })
  id!: SessionId;

  @Column({ type: 'text', name: 'root_session_id' })
  rootSessionId!: SessionId;

  @Column({ type: 'text', name: 'user_id' })
  userId!: UserId;

  @Column({ type: 'text', name: 'client_id' })
  clientId!: ClientId;

  @Column({ type: 'text', name: 'agent_id', nullable: true })
  agentId!: AgentId | null;

  @Column({ type: 'text' })
  kind!: SessionKind;

  @Column({ type: 'text', array: true, nullable: true })
  scopes!: string[] | null;

  @Column({ type: 'text', array: true })
  actors!: AgentId[];

  @Column({ type: 'text', array: true, name: 'delegator_ids' })
  delegatorIds!: SessionId[];

  @Column({ type: 'text', array: true, name: 'revoked_token_ids' })
  revokedTokenIds!: string[];

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'last_used_at' })
  lastUsedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'text', name: 'revoked_reason', nullable: true })
  revokedReason!: RevokedReason | null;
}

export function sessionOf(entity: SessionEntity): Session {
  return Object.freeze(Object.assign({}, entity));
}
