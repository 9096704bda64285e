import type { YamlDocument } from '../document/yaml-document.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import type { PathSegment } from '../problem/path-text.ts';

/** Names of one kind over all files: each once, and no two alike but for case (threat T23). */
export class NameRegister {
  readonly #taken = new Map<string, { name: string; place: string }>();

  claim(
    name: string,
    document: YamlDocument,
    path: readonly PathSegment[],
    problems: ConfigurationProblem[],
  ): void {
    const folded = name.toLowerCase();
    const other = this.#taken.get(folded);
    if (other === undefined) {
      const { line, column } = document.placeOf(path, 'key');
      this.#taken.set(folded, { name, place: `${document.file}:${line}:${column}` });
      return;
    }
    const message =
      other.name === name
        ? `is already given at ${other.place}`
        : `differs only in case from ${other.name} at ${other.place}`;
    problems.push(document.problem(path, 'key', { message, expected: 'a name of its own' }));
  }
}
