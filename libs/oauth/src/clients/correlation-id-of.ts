import { createHash } from 'node:crypto';
import { isCorrelationId } from '@gatehouse/kernel';

/**
 * A client's name as sessions and rows have it (threat T16). A client that is known by the URL of its metadata
 * document is shown by the document's host, and told from others of that host by a hash.
 */
export function correlationIdOf(clientId: string): string {
  if (isCorrelationId(clientId)) return clientId;
  const host = URL.parse(clientId)?.host.replace(/[^A-Za-z0-9._:-]/g, '') ?? '';
  const digest = createHash('sha256').update(clientId).digest('hex').slice(0, 16);
  return `url:${host.slice(0, 100)}:${digest}`;
}
