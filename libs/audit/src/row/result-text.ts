import { canonicalJson } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import type { AuditResult } from '../audit-entry.ts';
import type { ContentlessCause } from '../writer/content-quota.ts';
import { cleanJson, cleanText } from './clean-json.ts';
import { boundedContent, commitmentTo, newSalt } from './content.ts';

export interface ResultText {
  /** Column 17 as stored: canonical JSON. */
  readonly stored: string;
  /** The same without its `content`, as the leaf has it. */
  readonly sealed: string;
  readonly lossy: boolean;
  readonly contentLength: number;
}

/**
 * Writes `{commitment, content?, contentless?, durationMs, error, redactions, reportedBy, status, tokens}` in
 * canonical order.
 */
export function resultText(
  result: AuditResult,
  scanner: Scanner,
  contentless: ContentlessCause | null,
): ResultText {
  const left = contentless !== null && result.output !== null;
  const output = result.output === null || left ? undefined : cleanJson(result.output.redacted);
  const members = output === undefined ? undefined : `{"output":${boundedContent(output.value)}`;
  const salt = newSalt();
  const commitment = members === undefined ? null : commitmentTo(`${members}}`, salt);
  const error = result.error === null ? null : cleanText(scanner.redactText(result.error).text);
  const head = `{"commitment":${canonicalJson(commitment)}`;
  const tail =
    (left ? `,"contentless":"${contentless}"` : '') +
    `,"durationMs":${canonicalJson(result.durationMs)},"error":${canonicalJson(error)}` +
    `,"redactions":${result.output?.findings.length ?? 0},"reportedBy":"${result.reportedBy}"` +
    `,"status":"${result.status}","tokens":${canonicalJson(result.tokens === null ? null : { ...result.tokens })}}`;
  return {
    stored:
      members === undefined
        ? head + tail
        : `${head},"content":${members},"salt":"${salt.toString('hex')}"}${tail}`,
    sealed: head + tail,
    lossy: output?.lossy ?? false,
    contentLength: members?.length ?? 0,
  };
}
