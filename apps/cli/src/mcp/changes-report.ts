import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { Report, ReportPart } from '../report/report.ts';

/** What waits for approval at MCP servers, each change with its diff, and how to approve it. */
export function changesReport(title: string, servers: readonly JsonObject[]): Report {
  const waiting = servers.filter(({ hash }) => typeof hash === 'string');
  const parts = waiting.flatMap(serverParts);
  return {
    artifactType: 'text',
    title,
    data: { servers: [...servers] },
    parts: parts.length > 0 ? parts : [{ kind: 'text', text: 'Nothing waits for approval.' }],
  };
}

function serverParts({ server, hash, changes }: JsonObject): ReportPart[] {
  const each = Array.isArray(changes) ? (changes as readonly JsonValue[]).filter(isJsonObject) : [];
  const name = textOf(server);
  return [
    ...each.flatMap((change) => changeParts(name, change)),
    { kind: 'text', text: `Approve: gatehouse plugins mcp approve ${name} --hash ${textOf(hash)}` },
  ];
}

function changeParts(server: string, { kind, name, change, diff, flags }: JsonObject): ReportPart[] {
  const flagged = Array.isArray(flags) && flags.length > 0 ? `, flagged: ${flags.join(', ')}` : '';
  const what = [textOf(kind), textOf(name)].filter((part) => part !== '').join(' ');
  return [
    { kind: 'heading', text: `${server}: ${what} (${textOf(change)}${flagged})` },
    { kind: 'text', text: textOf(diff).trimEnd() },
  ];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
