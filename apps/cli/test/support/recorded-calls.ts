import { AuditLog, type AuditResult, LogStore, ScannedValue } from '@gatehouse/audit';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase } from '@gatehouse/database';
import {
  type ClientId,
  type ContextId,
  newId,
  newTraceId,
  RequestContext,
  type SessionId,
  type TaskId,
  type UserId,
} from '@gatehouse/kernel';
import { createScanner } from '@gatehouse/secret-scanner';
import { build, CommandLine } from './command-line.ts';

const HOSTILE = '\u001b]0;owned\u0007 =cmd|calc \u202eexe';
export const scanner = createScanner();

/** What acts on a terminal that it is printed to. */
export const ACTING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

/** A command line, and what somebody else's two calls in one trace left: one was allowed and done, one denied. */
export interface RecordedCalls {
  readonly shell: CommandLine;
  /** Keeps the database up, so that each command finds it running. */
  readonly held: Database;
  readonly traceId: string;
  /** Of the decision that allowed one. */
  readonly requestId: string;
  end(): Promise<void>;
}

/** Beside their three rows there are two lines of the server's log, one of them of the same trace. */
export async function recordedCalls(): Promise<RecordedCalls> {
  await build('cli');
  const shell = new CommandLine();
  const configuration = await loadConfiguration({ environment: shell.environment });
  const held = await openDatabase(configuration, { purpose: 'cli' });
  // Roles and the first admin come with the first command.
  await shell.data('admin', 'session', 'show');
  const logs = new LogStore({ config: held.clientConfig('server'), scanner });
  const audit = new AuditLog({
    config: held.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  logs.start();
  await audit.start();
  const context = RequestContext.of({
    userId: newId<UserId>(),
    sessionId: newId<SessionId>(),
    rootSessionId: newId<SessionId>(),
    taskId: newId<TaskId>(),
    traceId: newTraceId(),
    contextId: newId<ContextId>(),
    clientId: 'claude-code' as ClientId,
    role: 'user',
    agentId: null,
  });
  const call = {
    context,
    action: 'mcp__filesystem__read_text_file',
    policy: 'default_allow',
    decision: 'allow',
    reason: HOSTILE,
  } as const;
  const input = ScannedValue.of(scanner, { path: 'the input' });
  const decided = await audit.record({ ...call, event: 'tool_call.decided', input });
  const result: AuditResult = {
    status: 'ok',
    error: null,
    tokens: null,
    durationMs: 12,
    reportedBy: 'gatehouse',
    output: ScannedValue.of(scanner, { text: 'the output' }),
  };
  await audit.record({ ...call, event: 'tool_call.completed', inputCommitment: decided.commitment, result });
  await audit.record({
    ...call,
    event: 'tool_call.decided',
    action: 'Bash',
    decision: 'deny',
    policy: 'blocklisted',
    input,
  });
  logs.push(
    JSON.stringify({
      level: 30,
      time: Date.now(),
      context: 'policy',
      msg: `in force ${HOSTILE}`,
      trace_id: context.traceId,
    }),
  );
  logs.push(
    JSON.stringify({
      level: 40,
      time: Date.now(),
      context: 'storage',
      msg: '85 % of the disk budget is used',
    }),
  );
  await logs.stop();
  await audit.stop();
  return {
    shell,
    held,
    traceId: context.traceId,
    requestId: decided.id,
    async end() {
      await held.close();
      shell.remove();
    },
  };
}
