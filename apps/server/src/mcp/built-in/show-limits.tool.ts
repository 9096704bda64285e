import { LivePolicy } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { McpDefinitions, McpServers } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import { actionOf } from '../methods/governed-method.ts';
import { type BuiltInAnswer, type BuiltInCall, type BuiltInTool, READS_ONLY } from './built-in-tool.ts';
import { refuseOthers } from './tool-arguments.ts';

const WINDOW_SECONDS = 60;

/** What is left of the caller's budget, as this very call left it, and the limits of the servers that it may use. */
@Injectable()
export class ShowLimitsTool implements BuiltInTool {
  readonly definition = {
    name: 'show_limits',
    title: 'Show my limits',
    description:
      'Shows how many calls you have left in the current minute (this one is counted), which of your budgets is the tightest, and the limits of the MCP servers that you may use.',
    inputSchema: { type: 'object', additionalProperties: false, properties: {} },
    outputSchema: {
      type: 'object',
      required: ['calls', 'servers'],
      properties: {
        calls: {
          type: ['object', 'null'],
          properties: {
            limit: { type: 'integer' },
            window_seconds: { type: 'integer' },
            remaining: { type: 'integer' },
            retry_after_ms: { type: 'integer' },
            tightest: { type: 'string', enum: ['session', 'root session', 'user', 'network'] },
          },
        },
        servers: { type: 'array', items: { type: 'object' } },
      },
    },
    annotations: READS_ONLY,
  };

  constructor(
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(McpServers) private readonly servers: McpServers,
    @Inject(McpDefinitions) private readonly definitions: McpDefinitions,
  ) {}

  /** It tells a caller nothing but what each answer's headers tell it too. */
  objectionTo(): null {
    return null;
  }

  async run({ caller, args, decision: { budget } }: BuiltInCall): Promise<BuiltInAnswer> {
    refuseOthers(args, []);
    const calls =
      budget === null
        ? null
        : {
            limit: budget.limit,
            window_seconds: WINDOW_SECONDS,
            remaining: budget.remaining,
            retry_after_ms: Math.ceil(budget.retryAfterMs),
            tightest: budget.ceiling,
          };
    return { content: { calls, servers: this.#servers(caller) } };
  }

  #servers(caller: Principal) {
    return this.servers.all().flatMap(({ name, config: { limits } }) =>
      this.#mayUse(caller, name)
        ? [
            {
              name,
              timeout_ms: limits.timeoutMs,
              output_bytes: limits.outputBytes,
              concurrent_calls: limits.concurrentCalls,
            },
          ]
        : [],
    );
  }

  /** Whether any of its tools is the caller's to call. */
  #mayUse(caller: Principal, server: string): boolean {
    const { access } = this.policy.current();
    const tools = this.definitions.forClient(server, 'legacy')?.tools ?? [];
    return tools.some(
      ({ name }) =>
        typeof name === 'string' && access.mayCall(caller, actionOf(server, name), server).allowed,
    );
  }
}
