import { homedir } from 'node:os';
import { listHooks } from '@gatehouse/catalog';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { listedReport } from '../../../hooks/hook-report.ts';
import type { Report } from '../../../report/report.ts';

export default class CoreHooksList extends GatehouseCommand<typeof CoreHooksList> {
  static override summary =
    'Show which hooks of Gatehouse are installed for you and on this machine, and since when.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  protected override async report(): Promise<Report> {
    return listedReport(listHooks(homedir(), '/'));
  }
}
