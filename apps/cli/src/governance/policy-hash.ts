import { Args } from '@oclif/core';
import { cliError } from '../errors/cli-error.ts';

/** Which waiting change is meant. @throws AppError `CLI_ARGUMENT_INVALID` for what is no hash of one */
export const policyHash = Args.custom<string>({
  description: 'Of the change, as `admin governance status` shows it.',
  parse: async (text) => {
    if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
    throw cliError('CLI_ARGUMENT_INVALID', {
      message: 'a change is named by its whole hash, such as sha256:3f… of 64 hexadecimal digits',
      hint: 'gatehouse admin governance status shows what waits.',
    });
  },
});
