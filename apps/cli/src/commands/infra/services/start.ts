import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';
import { startService } from '../../../service/start-service.ts';

export default class InfraServicesStart extends GatehouseCommand<typeof InfraServicesStart> {
  static override readonly commandTool = 'never';
  static override summary = 'Start the server in the background, and wait until it takes calls.';
  static override description =
    'Goes on when the terminal closes, until `infra services stop`. Where it runs already, nothing changes. `npm start` runs it in the foreground instead.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'PORT=9000 <%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile production --json',
  ];
  static override flags = {
    timeout: Flags.integer({
      default: 120,
      min: 1,
      max: 3600,
      description: 'Seconds to wait, the first build included.',
    }),
  };

  protected override async report(): Promise<Report> {
    const configuration = await this.configuration();
    const service = await startService(configuration, this.flags.timeout * 1000);
    return cardReport(service.started ? 'Server started' : 'The server runs already', {
      pid: service.pid,
      started: service.started,
      url: configuration.profile.publicUrl,
      profile: configuration.profile.name,
      mode: configuration.profile.mode,
      log_file: service.logFile,
    });
  }
}
