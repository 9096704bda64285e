import { embeddedState } from '@gatehouse/database';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';
import { serverState } from '../../../server/server-state.ts';
import { servicesReport } from '../../../server/services-report.ts';

export default class InfraServicesStatus extends GatehouseCommand<typeof InfraServicesStatus> {
  static override summary = 'Show what runs: the server, the database, the MCP servers.';
  static override description =
    'Starts nothing, and needs no login: it asks what any process on this machine may ask.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    const { profile, installation, services } = await this.configuration();
    const [server, database] = await Promise.all([
      serverState(profile.publicUrl),
      profile.databaseUrl === null ? embeddedState(installation.stateDir) : null,
    ]);
    return servicesReport({ profile, server, database, mcpServers: [...services.mcpServers.keys()] });
  }
}
