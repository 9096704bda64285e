import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import complianceSchema from '../../../schemas/compliance.schema.json' with { type: 'json' };
import { FileSchema } from '../../document/schema.ts';
import type { YamlDocument } from '../../document/yaml-document.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import type { NameRegister } from '../name-register.ts';
import type { EvidenceExpectation, FrameworkConfig } from './framework-config.ts';

interface FrameworkFile {
  readonly framework: string;
  readonly title: string;
  readonly edition: string;
  readonly controls: readonly {
    readonly id: string;
    readonly title: string;
    readonly claims: readonly string[];
    readonly evidence: readonly { readonly query: string; readonly expect: EvidenceExpectation }[];
    readonly outside?: string;
  }[];
}

const schema = new FileSchema<FrameworkFile>(complianceSchema);

export function readFrameworks(
  document: YamlDocument,
  names: NameRegister,
  problems: ConfigurationProblem[],
): FrameworkConfig[] {
  const checked = schema.check(document);
  problems.push(...controlProblems(document));
  if (!checked.ok) {
    problems.push(...checked.problems);
    return [];
  }
  const { framework, title, edition, controls } = checked.value;
  names.claim(framework, document, ['framework'], problems);
  return [
    {
      framework,
      title,
      edition,
      controls: controls.map(({ outside, ...control }) => ({ ...control, outside: outside ?? null })),
      hash: `sha256:${createHash('sha256').update(document.text).digest('hex')}`,
      file: document.file,
    },
  ];
}

/** A control stands once, and says either what shows it or why nothing can. */
function controlProblems(document: YamlDocument): ConfigurationProblem[] {
  const controls = isJsonObject(document.value) ? document.value.controls : undefined;
  if (!Array.isArray(controls)) return [];
  const seen = new Set<JsonValue>();
  return controls.flatMap((control: JsonValue, index) => {
    if (!isJsonObject(control)) return [];
    const { id, evidence, claims, outside } = control;
    const told = (message: string, expected: string) =>
      document.problem(['controls', index, 'id'], 'value', { message, expected });
    const twice = id !== undefined && seen.has(id);
    if (id !== undefined) seen.add(id);
    const shown = [evidence, claims].some((list) => Array.isArray(list) && list.length > 0);
    return [
      ...(twice ? [told('stands here twice', 'each control once')] : []),
      ...(shown === (outside === undefined)
        ? []
        : [
            told(
              'needs either evidence or claims, or says why it is outside',
              'evidence, claims, or outside',
            ),
          ]),
    ];
  });
}
