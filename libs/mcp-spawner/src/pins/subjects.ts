import type { JsonObject } from '@gatehouse/kernel';
import type { ServerDefinition } from '../definitions/server-definition.ts';
import { type Subject, subjectOf } from './pin.ts';

/** All that is pinned of definitions: every tool and prompt whole, and the instructions; in each era they differ in, once. */
export function subjectsOf(definitions: readonly Omit<ServerDefinition, 'configHash'>[]): readonly Subject[] {
  const subjects = new Map<string, Subject>();
  const add = (subject: Subject): void => {
    subjects.set([subject.kind, subject.name, subject.hash].join('\n'), subject);
  };
  for (const { tools, prompts, instructions } of definitions) {
    for (const tool of tools) add(subjectOf('tool', nameOf(tool), tool));
    for (const prompt of prompts) add(subjectOf('prompt', nameOf(prompt), prompt));
    if (instructions !== null) add(subjectOf('instructions', '', { instructions }));
  }
  return [...subjects.values()];
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name : '';
}
