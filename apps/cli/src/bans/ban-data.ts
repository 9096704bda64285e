import { type IpBan, isInForce } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';

export const BAN_COLUMNS = ['id', 'network', 'reason', 'created_at', 'expires_at', 'status'] as const;

export function banData(ban: IpBan, nowMs = Date.now()): JsonObject {
  return {
    id: ban.id,
    network: ban.network,
    reason: ban.reason,
    created_by: ban.createdBy,
    created_at: ban.createdAt.toISOString(),
    expires_at: ban.expiresAt?.toISOString() ?? null,
    lifted_at: ban.liftedAt?.toISOString() ?? null,
    status: isInForce(ban, nowMs) ? 'in force' : ban.liftedAt === null ? 'expired' : 'lifted',
  };
}
