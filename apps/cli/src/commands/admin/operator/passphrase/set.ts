import { systemContext } from '@gatehouse/audit';
import { operatorPassphraseFromFile } from '@gatehouse/config';
import { OperatorPassphrase } from '@gatehouse/identity';
import type { Secret } from '@gatehouse/kernel';
import { cliError } from '../../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';
import { askSecret } from '../../../../session/ask-secret.ts';

export default class AdminOperatorPassphraseSet extends GatehouseCommand<typeof AdminOperatorPassphraseSet> {
  static override summary = 'Set the passphrase that production asks the operator for.';
  static override description =
    'At a terminal. The first one may also come from the file that GATEHOUSE_OPERATOR_PASSPHRASE_FILE names (mode 0600). Replacing one needs the current one. Where it is forgotten, remove operator-passphrase from the key folder.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'GATEHOUSE_OPERATOR_PASSPHRASE_FILE=~/passphrase <%= config.bin %> <%= command.id %> --non-interactive',
  ];

  protected override async report(): Promise<Report> {
    const { app, configuration } = await this.platform();
    const passphrase = app.get(OperatorPassphrase);
    const first = !passphrase.isSet;
    // In production nobody can log in before there is a passphrase.
    const actor =
      first && configuration.profile.mode === 'production'
        ? systemContext()
        : (await this.operator('sessions:write:all', { proof: false })).context;
    const current = first ? undefined : await this.secondProof();
    await passphrase.set(await this.#next(first), current, actor);
    return cardReport(first ? 'Operator passphrase set' : 'Operator passphrase replaced', {
      mode: configuration.profile.mode,
      key_folder: configuration.installation.keyDir,
    });
  }

  async #next(first: boolean): Promise<Secret<string>> {
    const fromFile = first ? operatorPassphraseFromFile() : null;
    if (fromFile !== null) return fromFile;
    if (!this.interactive) throw cliError('CLI_TERMINAL_REQUIRED');
    const typed = await askSecret('New operator passphrase, 12 characters or more');
    const again = await askSecret('Once more');
    if (typed.reveal() === again.reveal()) return typed;
    throw cliError('CLI_ARGUMENT_INVALID', { message: 'the two passphrases differ; nothing was changed' });
  }
}
