import type { JsonObject } from '@gatehouse/kernel';
import type { Finding } from '@gatehouse/secret-scanner';

export function findingData(finding: Finding): JsonObject {
  const { rule, path, encoding, confidence, start, length, fingerprint = null } = finding;
  return { rule, path, encoding, confidence, start, length, fingerprint };
}
