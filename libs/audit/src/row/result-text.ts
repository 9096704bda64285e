import { canonicalJson } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import type { AuditResult } from '../audit-entry.ts';
import { cleanJson, cleanText } from './clean-json.ts';
import { boundedContent, commitmentTo, newSalt } from './content.ts';

export interface ResultText {
  /** Column 17 as stored: canonical JSON. */
  readonly stored: string;
  /** The same without its `content`, as the leaf has it. */
  readonly sealed: string;
  readonly lossy: boolean;
}

/** Writes `{commitment, content?, durationMs, error, redactions, reportedBy, status, tokens}` in canonical order. */
export function resultText(result: AuditResult, scanner: Scanner): ResultText {
  const output = result.output === null ? undefined : cleanJson(result.output.redacted);
  const members = output === undefined ? undefined : `{"output":${boundedContent(output.value)}`;
  const salt = newSalt();
  const commitment = members === undefined ? null : commitmentTo(`${members}}`, salt);
  const error = result.error === null ? null : cleanText(scanner.redactText(result.error).text);
  const head = `{"commitment":${canonicalJson(commitment)}`;
  const tail =
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
  };
}
