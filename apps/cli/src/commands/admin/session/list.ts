import { Sessions, Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { type Report, tableReport } from '../../../report/report.ts';
import { sessionData } from '../../../session/session-report.ts';

export default class AdminSessionList extends GatehouseCommand<typeof AdminSessionList> {
  static override readonly commandTool = 'reads';
  static override summary = 'List live sessions, newest first.';
  static override description = "Your own, or everybody's where your role permits it.";
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --user maya@example.test --all',
  ];
  static override flags = {
    user: Flags.string({ description: "One user's, by id or e-mail address." }),
    all: Flags.boolean({ description: 'Ended ones too.' }),
    limit: Flags.integer({ default: 50, min: 1, max: 200, description: 'Sessions at most.' }),
    cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
  };

  protected override async report(): Promise<Report> {
    const operator = await this.operator('sessions:read:self');
    const wanted = this.flags.user === undefined ? undefined : await operator.get(Users).get(this.flags.user);
    const others = wanted !== undefined && wanted.id !== operator.user.id;
    if (others) operator.require('sessions:read:all');
    const userId = operator.may('sessions:read:all') ? wanted?.id : operator.user.id;
    const { limit, cursor, all } = this.flags;
    const page = await operator
      .get(Sessions)
      .list({ limit, ...given({ cursor, userId, live: all ? undefined : true }) });
    return tableReport({
      title: 'Sessions',
      key: 'sessions',
      columns: ['session_id', 'user_id', 'kind', 'client_id', 'expires_at', 'status'],
      rows: page.items.map((session) => sessionData(session)),
      more: { next_cursor: page.nextCursor },
    });
  }
}
