import { Flags } from '@oclif/core';

/** The flags by which calls and traces are narrowed. */
export const CALL_FLAGS = {
  user: Flags.string({ description: 'A user id or e-mail address.' }),
  agent: Flags.string({ description: 'An agent id.' }),
  since: Flags.string({ description: 'From then on: 30m, 24h, 7d, a day or a time.' }),
  until: Flags.string({ description: 'Up to then.' }),
  limit: Flags.integer({ char: 'n', description: 'At most so many.', default: 20, min: 1, max: 200 }),
  cursor: Flags.string({ description: 'The next_cursor of the page before.' }),
};

export const DECISION_FLAG = Flags.option({
  description: 'The decision.',
  options: ['allow', 'deny'] as const,
});
