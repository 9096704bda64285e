import { remoteLoginData } from '../../../cloud/remote-login-data.ts';
import { cliError } from '../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudAuthWhoami extends GatehouseCommand<typeof CloudAuthWhoami> {
  static override summary = 'Show who this command line is at the other Gatehouse.';
  static override description = 'Asks the other Gatehouse, so that a login which ended there is not shown.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    const [{ RemoteGatehouse }, { RemoteLoginFile }, { profile, installation }] = await Promise.all([
      import('../../../cloud/remote-gatehouse.ts'),
      import('../../../cloud/remote-login-file.ts'),
      this.configuration(),
    ]);
    const file = new RemoteLoginFile(installation);
    const stored = file.read();
    const remote = await RemoteGatehouse.at(stored.issuer, profile.outboundAllow);
    const login = await remote.refreshed(stored);
    if (login !== stored) file.write(login);
    const told = await remote.introspect(login);
    if (told.sub === undefined) {
      throw cliError('CLI_REMOTE_LOGIN_REQUIRED', {
        message: `the login at ${stored.issuer} has ended`,
        hint: `Log in with: gatehouse cloud auth login ${stored.issuer}`,
      });
    }
    const scopes = typeof told.scope === 'string' ? told.scope.split(' ') : [];
    return cardReport('Logged in', { ...remoteLoginData(login), scopes });
  }
}
