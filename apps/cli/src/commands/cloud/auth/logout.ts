import { GatehouseCommand } from '../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../report/report.ts';

export default class CloudAuthLogout extends GatehouseCommand<typeof CloudAuthLogout> {
  static override readonly commandTool = 'never';
  static override summary = 'Log out at the other Gatehouse, with everything that came of the login.';
  static override description =
    'Ends the session there first. Where the other Gatehouse does not answer, nothing is changed.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  protected override async report(): Promise<Report> {
    const [{ RemoteGatehouse }, { RemoteLoginFile }, { profile, installation }] = await Promise.all([
      import('../../../cloud/remote-gatehouse.ts'),
      import('../../../cloud/remote-login-file.ts'),
      this.configuration(),
    ]);
    const file = new RemoteLoginFile(installation);
    const login = file.read();
    await (await RemoteGatehouse.at(login.issuer, profile.outboundAllow)).logout(login);
    file.remove();
    return cardReport('Logged out', { gatehouse: login.issuer, email: login.email });
  }
}
