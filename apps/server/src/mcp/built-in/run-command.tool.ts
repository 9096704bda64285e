import {
  CONFIGURATION,
  type Configuration,
  GovernancePolicies,
  grantedPermissions,
  holdsPermission,
} from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import {
  type CommandApproval,
  CommandApprovals,
  type CommandOutcome,
  CommandRunner,
  McpServers,
} from '@gatehouse/mcp-spawner';
import { Inject, Injectable } from '@nestjs/common';
import type { BuiltInAnswer, BuiltInCall, BuiltInTool } from './built-in-tool.ts';
import { ToolArguments } from './tool-arguments.ts';

/**
 * Runs a command of the CLI in the caller's name (threat T13): off unless the operator switches it on, never for agents.
 * What reads runs at once; what changes something waits for an administrator, who approves its very arguments once.
 */
@Injectable()
export class RunCommandTool implements BuiltInTool {
  readonly definition = {
    name: 'run_command',
    title: 'Run a command of Gatehouse',
    description:
      'Runs a command of the Gatehouse command line in your name, without a shell. Commands that read run at once. A command that changes something is not run: it waits for an administrator, and the answer says how it is approved; call again with the very same arguments once it is. An approval is good for ten minutes and one run.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['argv'],
      properties: {
        argv: {
          type: 'array',
          minItems: 1,
          maxItems: 64,
          items: { type: 'string', maxLength: 1024 },
          description: 'What stands behind gatehouse, word by word: ["admin", "users", "list"].',
        },
      },
    },
    outputSchema: {
      type: 'object',
      required: ['status'],
      properties: {
        status: { type: 'string', enum: ['done', 'failed', 'approval_needed', 'refused'] },
        exit_code: { type: ['integer', 'null'] },
        data: {},
        problem: { type: 'string' },
        approval: { type: 'object' },
      },
    },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  };

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
    @Inject(McpServers) private readonly servers: McpServers,
    @Inject(CommandApprovals) private readonly approvals: CommandApprovals,
    @Inject(CommandRunner) private readonly runner: CommandRunner,
  ) {}

  get isOn(): boolean {
    return this.servers.all().some(({ config }) => config.builtIn?.commands === true);
  }

  objectionTo(caller: Principal): string | null {
    if (!this.isOn) return 'the tool is switched off';
    if (caller.role === 'a2a' || caller.agentId !== null || caller.agents.length > 0) {
      return 'agents run no commands of Gatehouse';
    }
    const granted = grantedPermissions(this.policies.current().roles, caller);
    return holdsPermission(granted, 'commands:run')
      ? null
      : `the role ${caller.role} runs no commands (commands:run)`;
  }

  async run({ caller, args, decision, signal }: BuiltInCall): Promise<BuiltInAnswer> {
    const argv = new ToolArguments(args, ['argv']).texts('argv');
    const command = this.runner.manifest().read(argv);
    if ('refused' in command) return refused(command.refused);
    const { userId, sessionId } = caller;
    if (command.use === 'never') return refused('that command is for a person at a terminal');
    if (command.use === 'reads') {
      return answered(await this.runner.run({ sessionId, approvalId: null, argv }, signal));
    }
    const approval = await this.approvals.request({ userId, sessionId }, argv, decision.context);
    if (approval.state !== 'approved') return this.#needsApproval(approval);
    return answered(await this.runner.run({ sessionId, approvalId: approval.id, argv }, signal));
  }

  #needsApproval({ id, expiresAt }: CommandApproval): BuiltInAnswer {
    const { publicUrl } = this.configuration.profile;
    return {
      content: {
        status: 'approval_needed',
        approval: {
          id,
          expires_at: expiresAt.toISOString(),
          command: `gatehouse plugins mcp commands approve ${id}`,
          endpoint: `POST ${publicUrl}/api/v1/command-approvals/${id}/approve`,
        },
      },
    };
  }
}

function answered({ exitCode, data, problem }: CommandOutcome): BuiltInAnswer {
  const content: JsonObject = {
    status: exitCode === 0 ? 'done' : 'failed',
    exit_code: exitCode,
    data,
    ...(problem === '' ? {} : { problem }),
  };
  return exitCode === 0 ? { content } : { content, isError: true };
}

function refused(problem: string): BuiltInAnswer {
  return { content: { status: 'refused', problem }, isError: true };
}
