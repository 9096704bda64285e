import type { JsonObject } from '@gatehouse/kernel';
import type { ExitCode } from '../errors/exit-code.ts';
import type { Report } from '../report/report.ts';
import type { ToolAnswer } from './call-tool.ts';

/** What a tool answered. Exit code 1 when it failed, 3 when the call was denied. */
export function callReport(answer: ToolAnswer): Report {
  const exitCode = exitCodeOf(answer);
  const lookUp = `gatehouse infra logs audit ${answer.traceId} --full`;
  return {
    artifactType: 'text',
    title: `${answer.server} ${answer.tool}: ${WORDS[exitCode]}`,
    data: {
      server: answer.server,
      tool: answer.tool,
      success: exitCode === 0,
      denied: exitCode === 3,
      content: [...answer.content],
      structured_content: answer.structuredContent,
      execution_time_ms: answer.tookMs,
      trace_id: answer.traceId,
    },
    parts: [
      ...answer.content.map((block) => ({ kind: 'text' as const, text: blockText(block) })),
      { kind: 'text', text: `\n${answer.tookMs} ms; its record: ${lookUp}` },
    ],
    exitCode,
  };
}

const WORDS: Record<ExitCode, string> = { 0: 'done', 1: 'failed', 2: 'failed', 3: 'denied' };

function exitCodeOf({ isError, content }: ToolAnswer): ExitCode {
  if (!isError) return 0;
  return content.some(({ text }) => typeof text === 'string' && isDenial(text)) ? 3 : 1;
}

/** What stands behind a failure of the MCP server itself is no denial: the call may have been made. */
function isDenial(text: string): boolean {
  return text.startsWith('[GOVERNANCE] ') && !text.endsWith('(upstream_unavailable)');
}

/** Text as it is; anything else by its kind and size. */
function blockText(block: JsonObject): string {
  if (typeof block.text === 'string') return block.text;
  const size = typeof block.data === 'string' ? `, ${block.data.length} characters of base64` : '';
  return `[${typeof block.type === 'string' ? block.type : 'unknown'}${size}]`;
}
