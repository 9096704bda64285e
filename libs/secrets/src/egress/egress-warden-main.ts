/**
 * The egress warden: a process that speaks JSON lines like any other MCP server, and sends them to one remote address
 * with credentials that only it has opened. What comes back has passed the same redaction as a tool's output.
 */
import { createInterface } from 'node:readline';
import { AppError, isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { type Lifeline, onOrder } from '../warden/lifeline.ts';
import { lettingGo } from '../warden/long-lines.ts';
import { openSecrets } from '../warden/open-secrets.ts';
import { lineRedactor } from '../warden/redact-lines.ts';
import { CredentialedTarget } from './credentialed-target.ts';
import type { EgressOrder } from './egress-order.ts';
import { McpBridge } from './mcp-bridge.ts';
import { takeRepeated } from './repeated-arguments.ts';

function start(order: EgressOrder, lifeline: Lifeline): void {
  const secrets = openSecrets(order.places, order.versions);
  const redactor = lineRedactor(secrets);
  const target = new CredentialedTarget(order, secrets);
  for (const { value } of secrets) value.fill(0);
  const letGo = lettingGo();
  const bridge = new McpBridge(target, order.maxLineBytes, {
    message: (text) => {
      // One message, one line, however the remote server wrote it.
      const line = redactor.message(Buffer.from(text.replaceAll(/[\r\n]+/g, ' ')));
      process.stdout.write(`${line.toString('utf8')}\n`);
      letGo(line.length);
    },
    sessionLost: () => process.exit(1),
    refused: (problem) => lifeline.fail(problem),
  });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const told = JSON.parse(line) as JsonValue;
    if (!isJsonObject(told)) return;
    const { message, headers } = takeRepeated(told);
    void bridge.send(message, headers);
  });
  const stop = (): void => void bridge.stop().finally(() => process.exit(0));
  lines.on('close', stop);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}

onOrder((order, lifeline) => start(order as EgressOrder, lifeline), AppError);
