import { createHmac } from 'node:crypto';

/**
 * The password of a role, from a secret: the installation's own random key, or the password of the operator's
 * URL, so that replicas which share the URL agree without asking each other.
 */
export function rolePassword(secret: Uint8Array | string, role: string): string {
  return createHmac('sha256', secret).update(`gatehouse database role ${role}`).digest('base64url');
}
