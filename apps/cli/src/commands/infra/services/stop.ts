import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { stopService } from '../../../service/stop-service.ts';

export default class InfraServicesStop extends GatehouseCommand<typeof InfraServicesStop> {
  static override readonly commandTool = 'never';
  static override summary = 'Stop the server that runs in the background.';
  static override description =
    'Waits until it ended. Touches no process but the one that `infra services start` started.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --yes',
  ];
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
    timeout: Flags.integer({ default: 30, min: 1, max: 3600, description: 'Seconds to wait for its end.' }),
  };

  protected override async report(): Promise<Report> {
    const configuration = await this.configuration();
    await this.confirmed('Stop the server? Calls that are under way end first.', this.flags.yes);
    const pid = await stopService(configuration, this.flags.timeout * 1000);
    return cardReport(pid === null ? 'No server runs in the background' : 'Server stopped', {
      stopped: pid !== null,
      pid,
    });
  }
}
