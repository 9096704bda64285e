import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { cleanJson } from './clean-json.ts';
import { boundedContent, commitmentTo } from './content.ts';

/**
 * Whether `input` is what a recorded row was decided upon, by the row's own commitment: the content is put together
 * again with `input` in it. False for a row whose content was erased.
 */
export function sameInput(evaluation: JsonObject, input: JsonValue): boolean {
  const { commitment, content } = evaluation;
  if (typeof commitment !== 'string' || !isJsonObject(content) || typeof content.salt !== 'string')
    return false;
  const members =
    `{"claimed":${canonicalJson(content.claimed ?? null)},"findings":${canonicalJson(content.findings ?? [])}` +
    `,"input":${boundedContent(cleanJson(input).value)}}`;
  return commitmentTo(members, Buffer.from(content.salt, 'hex')) === commitment;
}
