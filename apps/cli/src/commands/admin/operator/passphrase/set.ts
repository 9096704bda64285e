import { systemContext } from '@gatehouse/audit';
import { operatorPassphraseFromFile } from '@gatehouse/config';
import { OperatorPassphrase, OperatorProofs } from '@gatehouse/identity';
import type { Secret } from '@gatehouse/kernel';
import { cliError } from '../../../../errors/cli-error.ts';
import { GatehouseCommand } from '../../../../gatehouse-command.ts';
import { cardReport, type Report } from '../../../../report/report.ts';
import { askSecret } from '../../../../session/ask-secret.ts';

export default class AdminOperatorPassphraseSet extends GatehouseCommand<typeof AdminOperatorPassphraseSet> {
  static override readonly commandTool = 'never';
  static override summary = 'Set the passphrase that production asks the operator for.';
  static override description =
    'At a terminal. The first one may also come from the file that GATEHOUSE_OPERATOR_PASSPHRASE_FILE names (mode 0600). Replacing one needs the current one, or --browser; so does the first one in production once somebody has a passkey. Where it is forgotten, remove operator-passphrase from the key folder.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'GATEHOUSE_OPERATOR_PASSPHRASE_FILE=~/passphrase <%= config.bin %> <%= command.id %> --non-interactive',
  ];

  protected override async report(): Promise<Report> {
    const { app, configuration } = await this.platform();
    const proofs = app.get(OperatorProofs);
    const first = !app.get(OperatorPassphrase).isSet;
    const open = await proofs.isOpen();
    // In production nobody can log in before there is a passphrase or a passkey.
    const operator =
      open && configuration.profile.mode === 'production'
        ? null
        : await this.operator('sessions:write:all', { proof: false });
    const proof =
      open || operator === null ? undefined : await this.secondProof(operator.user.id, operator.session.id);
    await proofs.setPassphrase(await this.#next(first), proof, operator?.context ?? systemContext());
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
