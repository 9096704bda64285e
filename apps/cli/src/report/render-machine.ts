import type { JsonObject } from '@gatehouse/kernel';
import type { Report } from './report.ts';
import { escapeUnsafe, isUnsafe } from './terminal-text.ts';

/** What scripts read: `{data, artifact_type, title, hints}`. */
export function envelope({ data, artifactType, title, hints = {} }: Report): JsonObject {
  return { data, artifact_type: artifactType, title, hints };
}

/** The envelope as JSON over several lines. Values are whole; what is unsafe on a terminal is escaped. */
export function renderJson(report: Report): string {
  return `${escapeUnsafe(JSON.stringify(envelope(report), null, 2))}\n`;
}

/** The envelope as YAML 1.2, of which the same holds. */
export async function renderYaml(report: Report): Promise<string> {
  const { Document, visit } = await import('yaml');
  const document = new Document(envelope(report));
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && isUnsafe(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeUnsafe(document.toString({ lineWidth: 0 }));
}
