import { showProfile } from '@gatehouse/config';
import { given } from '@gatehouse/kernel';
import { configurationData } from '../../../configuration/configuration-data.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';

export default class AdminConfigShow extends GatehouseCommand<typeof AdminConfigShow> {
  static override summary = 'Show the configuration as it applies, defaults filled in.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --yaml',
  ];

  protected override async report(): Promise<Report> {
    const { profile } = this.flags;
    const data = configurationData(await this.configuration(), showProfile(profile, given({ profile })));
    return {
      artifactType: 'card',
      title: 'Configuration',
      data,
      parts: Object.entries(data).flatMap(([name, value]) => [
        { kind: 'heading' as const, text: name },
        { kind: 'text' as const, text: typeof value === 'string' ? value : JSON.stringify(value, null, 2) },
      ]),
    };
  }
}
