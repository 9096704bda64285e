import type { JsonObject, JsonValue } from '@gatehouse/kernel';

/** Arguments that a tool does not take. The message names none of what was sent. */
export class ArgumentsInvalid extends Error {}

/** @throws ArgumentsInvalid when there is an argument that the tool has not */
export function refuseOthers(args: JsonObject, names: readonly string[]): void {
  if (Object.keys(args).every((name) => names.includes(name))) return;
  throw new ArgumentsInvalid(`the tool takes ${names.length === 0 ? 'no arguments' : names.join(', ')}`);
}

/** The arguments of a tool, each read as what it has to be. Names that the tool has not are refused. */
export class ToolArguments {
  readonly #args: JsonObject;

  constructor(args: JsonObject, names: readonly string[]) {
    refuseOthers(args, names);
    this.#args = args;
  }

  /** A whole number within these bounds. */
  integer(name: string, { min, max, or }: { min: number; max: number; or: number }): number {
    const value = this.#args[name] ?? or;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new ArgumentsInvalid(`${name} is a whole number from ${min} to ${max}`);
  }

  flag(name: string): boolean {
    const value = this.#args[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw new ArgumentsInvalid(`${name} is true or false`);
  }

  /** Text of that form, or undefined where there is none. */
  text(name: string, form: RegExp, what: string): string | undefined {
    const value = this.#args[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && form.test(value)) return value;
    throw new ArgumentsInvalid(`${name} is ${what}`);
  }

  texts(name: string): readonly string[] {
    const value = this.#args[name];
    if (Array.isArray(value) && (value as readonly JsonValue[]).every((one) => typeof one === 'string')) {
      return value as readonly string[];
    }
    throw new ArgumentsInvalid(`${name} is a list of texts`);
  }
}
