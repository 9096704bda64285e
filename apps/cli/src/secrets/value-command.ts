import type { Command } from '@oclif/core';
import { cliError } from '../errors/cli-error.ts';
import { isUsageError } from '../errors/exit-code.ts';
import { GatehouseCommand } from '../gatehouse-command.ts';

/**
 * A command whose value comes on standard input. What else was typed than a name is not repeated: it may be the value.
 */
export abstract class ValueCommand<T extends typeof Command> extends GatehouseCommand<T> {
  override async init(): Promise<void> {
    try {
      await super.init();
    } catch (error) {
      if (!isUsageError(error)) throw error;
      throw cliError('CLI_ARGUMENT_INVALID', {
        message: 'one name is expected, and flags that --help lists; a value is never an argument',
        hint: 'It comes on standard input. What is typed every process of this machine can read: if it was a secret, replace it upstream.',
      });
    }
  }
}
