import { Args } from '@oclif/core';
import { agentData } from '../../../agents/agent-data.ts';
import { cliError } from '../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class AdminAgentsShow extends GatehouseCommand<typeof AdminAgentsShow> {
  static override summary = 'Show an agent: who may use it, and what it may do.';
  static override examples = ['<%= config.bin %> <%= command.id %> associate_agent'];
  static override args = { agent: Args.string({ required: true, description: 'The id of an agent.' }) };

  protected override async report(): Promise<Report> {
    const { services } = await this.configuration();
    const agent = services.agents.get(this.args.agent);
    if (agent === undefined) {
      throw cliError('CLI_AGENT_UNKNOWN', {
        hint: `services/agents has ${[...services.agents.keys()].join(', ')}`,
      });
    }
    return cardReport('Agent', agentData(agent));
  }
}
