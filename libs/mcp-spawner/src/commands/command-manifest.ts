import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/**
 * What of a command the `gatehouse` server's tool may do with it. `reads`: run it at once. `changes`: run it once an
 * administrator approved it. `never`: it hands out a credential, waits for somebody, does not end, or approves.
 */
export type CommandUse = 'reads' | 'changes' | 'never';

/** A command of the CLI, read from its arguments. */
export interface FoundCommand {
  /** With colons: `infra:logs:audit`. */
  readonly id: string;
  readonly use: CommandUse;
  /** What stands behind the command's own words. */
  readonly rest: readonly string[];
}

export type ReadCommand = FoundCommand | { readonly refused: string };

const MAX_ARGUMENTS = 64;
const MAX_LENGTH = 1_024;
const WORD = /^[a-z][a-z0-9-]*$/;
const FLAG = /^--([a-z][a-z0-9-]*)(?:=.*)?$/s;
/** Characters that do not show, or that a terminal acts upon: whoever approves has to see what runs. */
const UNSEEN = /\p{C}|\p{Default_Ignorable_Code_Point}|\p{Zl}|\p{Zp}/u;

interface Listed {
  readonly use: CommandUse;
  readonly flags: ReadonlySet<string>;
}

/** The commands of the CLI as its build lists them (`oclif.manifest.json`), each with what the tool may do with it. */
export class CommandManifest {
  readonly #commands: ReadonlyMap<string, Listed>;

  constructor(manifest: JsonObject) {
    const commands = isJsonObject(manifest.commands) ? manifest.commands : {};
    this.#commands = new Map(
      Object.entries(commands).map(([id, command]) => [id, listed(isJsonObject(command) ? command : {})]),
    );
  }

  /** Ids of the commands with that use, in order: the allow-list, where it is `reads`. */
  ids(use: CommandUse): readonly string[] {
    return [...this.#commands].filter(([, command]) => command.use === use).map(([id]) => id);
  }

  /**
   * Finds the command whose words `argv` begins with: the longest there is. Whatever is not as it should be is refused:
   * no other spelling of a command, no flag that it does not list, none of the global ones, nothing that does not show.
   */
  read(argv: readonly string[]): ReadCommand {
    if (argv.length > MAX_ARGUMENTS || argv.some((word) => word.length > MAX_LENGTH)) {
      return { refused: 'there is too much of it' };
    }
    if (argv.some((word) => UNSEEN.test(word))) return { refused: 'an argument holds what does not show' };
    const id = this.#longest(argv);
    const command = id === undefined ? undefined : this.#commands.get(id);
    if (id === undefined || command === undefined) return { refused: 'there is no such command' };
    const rest = argv.slice(id.split(':').length);
    for (const word of rest.filter((each) => each.startsWith('-'))) {
      const flag = FLAG.exec(word)?.[1];
      if (flag === undefined || !command.flags.has(flag))
        return { refused: 'the command has no such flag here' };
    }
    return { id, use: command.use, rest };
  }

  #longest(argv: readonly string[]): string | undefined {
    const end = argv.findIndex((word) => !WORD.test(word));
    for (let length = end < 0 ? argv.length : end; length > 0; length -= 1) {
      const id = argv.slice(0, length).join(':');
      if (this.#commands.has(id)) return id;
    }
    return undefined;
  }
}

function listed({ commandTool = null, flags = null }: JsonObject): Listed {
  const known = isJsonObject(flags) ? Object.entries(flags) : [];
  return {
    use: isUse(commandTool) ? commandTool : 'changes',
    flags: new Set(known.filter(([, flag]) => !isGlobal(flag)).map(([name]) => name)),
  };
}

function isGlobal(flag: JsonValue): boolean {
  return isJsonObject(flag) && flag.helpGroup === 'GLOBAL';
}

function isUse(value: JsonValue): value is CommandUse {
  return value === 'reads' || value === 'changes' || value === 'never';
}
