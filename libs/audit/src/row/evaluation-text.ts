import { canonicalJson, type JsonObject } from '@gatehouse/kernel';
import type { Finding } from '@gatehouse/secret-scanner';
import type { AuditEntry } from '../audit-entry.ts';
import type { ContentlessCause } from '../writer/content-quota.ts';
import { cleanJson } from './clean-json.ts';
import type { Displaced } from './client-text.ts';
import { boundedContent, commitmentTo, newSalt } from './content.ts';
import type { RowScanner } from './remembering-scanner.ts';

export interface EvaluationText {
  /** Column 16 as stored: canonical JSON. */
  readonly stored: string;
  /** The same without its `content`, as the leaf has it. */
  readonly sealed: string;
  readonly commitment: string | null;
  readonly contentLength: number;
}

/** Writes `{commitment, content?, contentless?, detail?, lossy?, parentSpan?, policyVersion, rules}` in canonical order. */
export function evaluationText(
  entry: AuditEntry,
  displaced: Displaced,
  scanner: RowScanner,
  {
    lossyResult,
    contentless,
  }: { readonly lossyResult: boolean; readonly contentless: ContentlessCause | null },
): EvaluationText {
  const content = contentless === null ? contentText(entry, displaced, scanner) : undefined;
  const left = contentless !== null && hasContent(entry, displaced);
  const commitment = content?.commitment ?? entry.inputCommitment ?? null;
  const detail = entry.detail === undefined ? undefined : cleanJson(scanner.redact(entry.detail).value);
  const lossy = lossyResult || (content?.lossy ?? false) || (detail?.lossy ?? false);
  const { parentSpanId } = entry.context;
  const head = `{"commitment":${canonicalJson(commitment)}`;
  const tail =
    (left ? `,"contentless":"${contentless}"` : '') +
    (detail === undefined ? '' : `,"detail":${canonicalJson(detail.value)}`) +
    (lossy ? ',"lossy":true' : '') +
    (parentSpanId === null ? '' : `,"parentSpan":"${parentSpanId}"`) +
    `,"policyVersion":${canonicalJson(entry.policyVersion ?? null)},"rules":${rulesText(entry, scanner)}}`;
  return {
    stored: content === undefined ? head + tail : `${head},"content":${content.stored}${tail}`,
    sealed: head + tail,
    commitment,
    contentLength: content?.stored.length ?? 0,
  };
}

function hasContent({ input, claimed }: AuditEntry, displaced: Displaced): boolean {
  return input !== undefined || claimed !== undefined || Object.keys(displaced).length > 0;
}

function contentText(entry: AuditEntry, displaced: Displaced, scanner: RowScanner) {
  if (!hasContent(entry, displaced)) return undefined;
  const claimed = claimedOf(entry, displaced, scanner);
  const input = cleanJson(entry.input?.redacted ?? null);
  const findings = cleanJson((entry.input?.findings ?? []).map((finding) => findingJson(finding, scanner)));
  const members =
    `{"claimed":${claimed === null ? 'null' : claimed.text}` +
    `,"findings":${boundedContent(findings.value)},"input":${boundedContent(input.value)}`;
  const salt = newSalt();
  return {
    stored: `${members},"salt":"${salt.toString('hex')}"}`,
    commitment: commitmentTo(`${members}}`, salt),
    lossy: input.lossy || findings.lossy || (claimed?.lossy ?? false),
  };
}

function claimedOf(entry: AuditEntry, displaced: Displaced, scanner: RowScanner) {
  if (Object.keys(displaced).length === 0)
    return entry.claimed === undefined ? null : scanner.writeValue(entry.claimed);
  const { value } = scanner.redact({ ...entry.claimed });
  const cleaned = cleanJson({ ...(value as JsonObject), ...displaced });
  return { text: boundedContent(cleaned.value), lossy: cleaned.lossy };
}

/** A finding as recorded. Its path may itself spell a key that holds a credential. */
function findingJson(finding: Finding, scanner: RowScanner): JsonObject {
  return {
    rule: finding.rule,
    path: scanner.redactText(finding.path).text,
    encoding: finding.encoding,
    length: finding.length,
    ...(finding.fingerprint === undefined ? {} : { fingerprint: finding.fingerprint }),
  };
}

/** Written by hand for its fixed shape, members in canonical order: five rules stand in every decided row. */
function rulesText({ rules = [] }: AuditEntry, scanner: RowScanner): string {
  let text = '';
  for (const { detail, durationUs, result, rule } of rules) {
    const told = scanner.writeText(detail);
    const whole = Math.max(0, Math.round(durationUs));
    text += `${text === '' ? '' : ','}{"detail":${told},"durationUs":${whole},"result":"${result}","rule":${scanner.writeText(rule)}}`;
  }
  return `[${text}]`;
}
