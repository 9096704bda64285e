import { type Check, fail, pass } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { AppError, type JsonObject } from '@gatehouse/kernel';
import { GATEWAY_INFO, LATEST_LEGACY_VERSION, McpDefinitions } from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { Ended } from '../methods/call-outcome.ts';
import { METHOD_NOT_FOUND } from '../wire/json-rpc.ts';
import type { BuiltInAnswer, BuiltInCall, BuiltInTool } from './built-in-tool.ts';
import { ListDecisionsTool } from './list-decisions.tool.ts';
import { MeasureCallsTool } from './measure-calls.tool.ts';
import { RunCommandTool } from './run-command.tool.ts';
import { ShowLimitsTool } from './show-limits.tool.ts';
import { ArgumentsInvalid } from './tool-arguments.ts';

const INSTRUCTIONS =
  'Gatehouse decides about every call that you make and records it. Ask here what was decided about your own calls and why, how they went, and what is left of your budget, before you repeat a call that was denied or when calls fail.';

/**
 * The MCP server `gatehouse`: its tools run in this process, behind the same door, checks and rows as every other
 * server's. A caller sees its own rows alone.
 */
@Injectable()
export class BuiltInMcpServer {
  readonly #tools: ReadonlyMap<string, BuiltInTool>;

  constructor(
    @Inject(McpDefinitions) definitions: McpDefinitions,
    @Inject(ListDecisionsTool) decisions: ListDecisionsTool,
    @Inject(MeasureCallsTool) measures: MeasureCallsTool,
    @Inject(ShowLimitsTool) limits: ShowLimitsTool,
    @Inject(RunCommandTool) commands: RunCommandTool,
  ) {
    const tools: BuiltInTool[] = [decisions, measures, limits, ...(commands.isOn ? [commands] : [])];
    this.#tools = new Map(tools.map((tool) => [tool.definition.name, tool]));
    definitions.offerBuiltIn({
      era: 'legacy',
      protocolVersion: LATEST_LEGACY_VERSION,
      serverInfo: { ...GATEWAY_INFO, title: 'Gatehouse' },
      capabilities: { tools: { listChanged: true } },
      instructions: INSTRUCTIONS,
      tools: tools.map(({ definition }) => definition),
      resources: [],
      resourceTemplates: [],
      prompts: [],
      leftOut: 0,
    });
  }

  /** Whether a caller is to see a tool in a list. */
  isFor(caller: Principal, tool: string): boolean {
    return this.#tools.get(tool)?.objectionTo(caller) === null;
  }

  /** The check that comes after the five. */
  check(tool: string, caller: Principal): Check {
    return {
      rule: 'own_tool',
      run: () => {
        const objection = this.#tools.get(tool)?.objectionTo(caller) ?? null;
        if (objection === null) return pass('open to the caller');
        return fail('policy_denied', 'This tool of Gatehouse is not open to the caller.', objection);
      },
    };
  }

  /** Makes an allowed call; this server answers no other method than that of tools. Never throws. */
  async call(method: string, tool: string, call: BuiltInCall): Promise<Ended> {
    if (method !== 'tools/call') return NOT_SERVED;
    try {
      const found = this.#tools.get(tool);
      if (found === undefined) throw new ArgumentsInvalid('there is no such tool');
      return ended(await found.run(call));
    } catch (failure) {
      return ended({ content: { status: 'failed', problem: problemOf(failure) }, isError: true });
    }
  }
}

function problemOf(failure: unknown): string {
  if (failure instanceof ArgumentsInvalid) return failure.message;
  if (failure instanceof AppError) {
    return failure.hint === undefined ? failure.message : `${failure.message}: ${failure.hint}`;
  }
  return 'it could not be answered now';
}

function ended({ content, isError = false }: BuiltInAnswer): Ended {
  const output: JsonObject = {
    content: [{ type: 'text', text: JSON.stringify(content) }],
    structuredContent: content,
    ...(isError ? { isError } : {}),
  };
  return {
    outcome: {
      status: isError ? 'tool_error' : 'ok',
      output,
      error: isError ? 'the tool reports an error' : null,
    },
    answer: { kind: 'result' },
  };
}

const NOT_SERVED: Ended = {
  outcome: {
    status: 'tool_error',
    output: { code: METHOD_NOT_FOUND, message: 'this MCP server has tools alone' },
    error: 'the MCP server answered with an error',
  },
  answer: { kind: 'error' },
};
