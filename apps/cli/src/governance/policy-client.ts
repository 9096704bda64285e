import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { requireAnswer, type ServerRequest } from '../server/server-http.ts';
import type { Operator } from '../session/operator.ts';

const PATH = '/api/v1/governance/policy';
const SHORT_HASH = /^(?:sha256:)?([0-9a-f]{12,63})$/;
const BARE_HASH = /^[0-9a-f]{64}$/;

/** Which policy is in force at the running server, and what waits. */
export function policyStatus(operator: Operator): Promise<JsonObject> {
  return ask(operator, { path: PATH });
}

/** `version`: a hash, or its first twelve digits or more where a change with it waits. */
export async function applyPolicy(operator: Operator, version: string): Promise<JsonObject> {
  const body = { version: await wholeHash(operator, version) };
  return ask(operator, { method: 'POST', path: `${PATH}/apply`, body });
}

export async function breakGlass(operator: Operator, version: string, reason: string): Promise<JsonObject> {
  const body = { version: await wholeHash(operator, version), reason };
  return ask(operator, { method: 'POST', path: `${PATH}/break-glass`, body });
}

/** The hash that was meant; what fits nothing is left for the server to refuse. */
async function wholeHash(operator: Operator, given: string): Promise<string> {
  if (BARE_HASH.test(given)) return `sha256:${given}`;
  const digits = SHORT_HASH.exec(given)?.[1];
  if (digits === undefined) return given;
  const { pending, in_force: inForce } = await policyStatus(operator);
  const known = [pending, inForce].flatMap((one) =>
    one !== undefined && isJsonObject(one) && typeof one.version === 'string' ? [one.version] : [],
  );
  return known.find((version) => version.startsWith(`sha256:${digits}`)) ?? given;
}

async function ask(operator: Operator, request: ServerRequest): Promise<JsonObject> {
  const { publicUrl } = operator.platform.configuration.profile;
  return requireAnswer(publicUrl, { ...request, token: await operator.token('api') });
}
