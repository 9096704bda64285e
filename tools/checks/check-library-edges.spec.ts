import { describe, expect, it } from 'vitest';
import { checkLibraryEdges, type ProjectGraph } from './check-library-edges.ts';

describe('the check of library edges', () => {
  it.each([
    ['governance', 'identity'],
    ['governance', 'audit'],
    ['identity', 'secret-scanner'],
    ['mcp-spawner', 'governance'],
    ['audit', 'database'],
    ['database', 'config'],
    ['secret-scanner', 'kernel'],
    ['compliance', 'analytics'],
    ['platform', 'governance'],
    ['cli', 'identity'],
  ])('lets %s use %s', (from, to) => {
    expect(messages({ [from]: [to], [to]: [] })).toEqual([]);
  });

  it.each([
    ['audit', 'identity', 'audit (domain) may not depend on identity'],
    ['identity', 'governance', 'identity (domain) may not depend on governance'],
    ['governance', 'mcp-spawner', 'governance (domain) may not depend on mcp-spawner'],
    ['config', 'database', 'config (infra) may not depend on database'],
    ['kernel', 'secret-scanner', 'kernel (foundation) may not depend on secret-scanner'],
    ['database', 'audit', 'database (infra) may not depend on audit'],
    ['audit', 'platform', 'audit (domain) may not depend on platform'],
    ['platform', 'server', 'platform (composition) may not depend on server'],
    ['server', 'cli', 'server (app) may not depend on cli'],
    ['server', 'tools', 'server (app) may not depend on tools'],
  ])('refuses the edge from %s to %s', (from, to, message) => {
    expect(messages({ [from]: [to], [to]: [] })).toEqual([message]);
  });

  it('ignores packages from the registry', () => {
    expect(messages({ kernel: ['npm:fast-check'] })).toEqual([]);
  });

  it('refuses a project that the table does not know', () => {
    expect(messages({ toolbox: [] })).toEqual([
      '@gatehouse/toolbox is not in the table of tools/checks/libraries.ts',
    ]);
  });

  it.each([[undefined], [[]], [['layer:domain']], [['layer:foundation', 'layer:domain']]])(
    'refuses kernel tagged %j',
    (tags) => {
      const graph = aGraph({ kernel: [] });
      const node = { data: { root: 'libs/kernel', ...(tags === undefined ? {} : { tags }) } };
      const findings = checkLibraryEdges({ ...graph, nodes: { '@gatehouse/kernel': node } });
      expect(findings.map(({ message }) => message)).toEqual(['needs the one tag layer:foundation']);
    },
  );
});

const LAYER: Record<string, string> = {
  kernel: 'foundation',
  'secret-scanner': 'foundation',
  config: 'infra',
  database: 'infra',
  platform: 'composition',
  server: 'app',
  cli: 'app',
  tools: 'tool',
};

function messages(edges: Record<string, string[]>): string[] {
  return checkLibraryEdges(aGraph(edges)).map(({ message }) => message);
}

function aGraph(edges: Record<string, string[]>): ProjectGraph {
  const full = (name: string) => (name.startsWith('npm:') ? name : `@gatehouse/${name}`);
  const entries = Object.entries(edges);
  return {
    nodes: Object.fromEntries(
      entries.map(([name]) => [
        full(name),
        { data: { root: `libs/${name}`, tags: ['npm:private', `layer:${LAYER[name] ?? 'domain'}`] } },
      ]),
    ),
    dependencies: Object.fromEntries(
      entries.map(([name, targets]) => [full(name), targets.map((target) => ({ target: full(target) }))]),
    ),
  };
}
