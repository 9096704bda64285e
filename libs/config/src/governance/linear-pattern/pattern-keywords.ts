import { type PatternNode, PatternRefused } from './pattern-node.ts';

const SHORTEST = 3;
const LONGEST = 24;
const MOST = 16;

/**
 * The fixed characters that each match begins with, lower-case, one for each branch: a text without them is never
 * tried.
 *
 * @throws PatternRefused where a match may begin with fewer than three
 */
export function keywordsOf(tree: PatternNode): string[] {
  const { prefixes } = prefixesOf(tree);
  const short = prefixes.some((prefix) => prefix.length < SHORTEST || !/^[\x21-\x7e]+$/.test(prefix));
  if (short || prefixes.length === 0 || prefixes.length > MOST) {
    throw new PatternRefused(
      'does not begin with fixed characters',
      0,
      `at least ${SHORTEST} of them (letters, digits, punctuation), or a choice of at most ${MOST} such beginnings`,
    );
  }
  return [...new Set(prefixes.map((prefix) => prefix.slice(0, LONGEST).toLowerCase()))];
}

/** `open`: what follows in a sequence still belongs to the prefix. */
interface Prefixes {
  readonly prefixes: readonly string[];
  readonly open: boolean;
}

function prefixesOf(node: PatternNode): Prefixes {
  switch (node.kind) {
    case 'empty':
      return { prefixes: [''], open: true };
    case 'set':
      return node.literal === null
        ? { prefixes: [''], open: false }
        : { prefixes: [node.literal], open: true };
    case 'sequence': {
      let prefixes: readonly string[] = [''];
      for (const part of node.parts) {
        const next = prefixesOf(part);
        if (prefixes.length * next.prefixes.length > MOST) return { prefixes, open: false };
        prefixes = prefixes.flatMap((prefix) => next.prefixes.map((more) => prefix + more));
        if (!next.open) return { prefixes, open: false };
      }
      return { prefixes, open: true };
    }
    case 'choice': {
      const branches = node.branches.map(prefixesOf);
      return {
        prefixes: branches.flatMap((branch) => branch.prefixes),
        open: branches.every((branch) => branch.open),
      };
    }
    case 'repeat': {
      if (node.min === 0) return { prefixes: [''], open: false };
      const once = prefixesOf(node.part);
      return node.min === 1 && node.max === 1 ? once : { ...once, open: false };
    }
  }
}
