/** One broken rule at one place. `line` is 1-based; 0 when the rule speaks of the whole file. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A rule of the project that a machine can judge. `run` reads the checkout at `root` and judges it by a pure function. */
export interface Check {
  readonly name: string;
  run(root: string): Promise<readonly Finding[]> | readonly Finding[];
}
