import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Finding } from './check.ts';

/** What the check needs to see of the checkout. */
export interface ThreatSources {
  /** The chapter's text. */
  readonly chapter: string;
  /** Names of the specs in the folder of attacks, such as `t06-flood`. */
  readonly specs: readonly string[];
}

const CHAPTER = 'services/content/documentation/threat-model.md';
const ATTACKS = 'apps/server/test/attacks';
const THREATS = 30;

/** Threats without a promise in the chapter, attacks that it does not name, and names that no attack has. */
export function checkThreats({ chapter, specs }: ThreatSources): Finding[] {
  const promised = new Set([...chapter.matchAll(/^\*\*T(\d+)\. /gm)].map(([, number]) => Number(number)));
  const missing = Array.from({ length: THREATS }, (_, i) => i + 1).filter((number) => !promised.has(number));
  const named = new Set([...chapter.matchAll(/`(t\d\d-[a-z0-9-]+)`/g)].map(([, name]) => name!));
  return [
    ...missing.map((number) => at(`has no promise about T${number}`)),
    ...specs.filter((name) => !named.has(name)).map((name) => at(`does not name the attacks of ${name}`)),
    ...[...named]
      .filter((name) => !specs.includes(name))
      .map((name) => at(`names ${name}, which is no spec of ${ATTACKS}`)),
  ];
}

function at(message: string): Finding {
  return { file: CHAPTER, line: 0, message };
}

export const threats: Check = {
  name: 'every threat has its promise, and every attack is named by one',
  run(root) {
    const path = join(root, CHAPTER);
    const specs = readdirSync(join(root, ATTACKS))
      .map((file) => /^(t\d\d-.+?)(?:\.int)?\.spec\.ts$/.exec(file)?.[1])
      .filter((name) => name !== undefined);
    return checkThreats({ chapter: existsSync(path) ? readFileSync(path, 'utf8') : '', specs });
  },
};
