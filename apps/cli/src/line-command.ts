import type { Command } from '@oclif/core';
import { GatehouseCommand } from './gatehouse-command.ts';
import { writeLines } from './report/write-lines.ts';

/** A command whose answer has no end that can be waited for, or is too long to be held: lines, as they come. */
export abstract class LineCommand<T extends typeof Command = typeof Command> extends GatehouseCommand<T> {
  /** Each without its line break. Safe on a terminal. */
  protected abstract lines(): AsyncIterable<string>;

  override async run(): Promise<void> {
    await writeLines(this.lines(), process.stdout);
  }

  protected override report(): Promise<never> {
    return Promise.reject(new Error('this command writes lines'));
  }

  protected get colour(): boolean {
    return this.globals.color && process.stdout.isTTY === true && process.stdout.hasColors();
  }
}
