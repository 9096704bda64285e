import { agentData } from '../../../agents/agent-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';

export default class AdminAgentsList extends GatehouseCommand<typeof AdminAgentsList> {
  static override summary = 'List the agents of services/agents.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const { services } = await this.configuration();
    return tableReport({
      title: 'Agents',
      key: 'agents',
      columns: ['id', 'display_name', 'enabled', 'roles', 'tools', 'mcp_servers'],
      rows: [...services.agents.values()].map(agentData),
    });
  }
}
