import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check, Finding } from './check.ts';
import { LAYERS, type LibraryRule, PROJECTS } from './libraries.ts';

/** What `nx graph --file` writes, as far as it is read here. */
export interface ProjectGraph {
  readonly nodes: Readonly<
    Record<string, { readonly data: { readonly root: string; readonly tags?: readonly string[] } }>
  >;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

/** Projects unknown to the table, tagged with another layer than the table's, or depending on what they may not use. */
export function checkLibraryEdges(
  graph: ProjectGraph,
  projects: Readonly<Record<string, LibraryRule>> = PROJECTS,
): Finding[] {
  return Object.entries(graph.nodes).flatMap(([project, { data }]) => {
    const at = (message: string): Finding => ({ file: `${data.root}/package.json`, line: 0, message });
    const rule = projects[shortName(project)];
    if (rule === undefined) return [at(`${project} is not in the table of tools/checks/libraries.ts`)];
    const layers = (data.tags ?? []).filter((tag) => tag.startsWith('layer:'));
    const tags = layers.join() === `layer:${rule.layer}` ? [] : [at(`needs the one tag layer:${rule.layer}`)];
    const edges = (graph.dependencies[project] ?? [])
      .map(({ target }) => shortName(target))
      .filter((target) => !target.startsWith('npm:') && !mayUse(rule, target, projects))
      .map((target) => at(`${shortName(project)} (${rule.layer}) may not depend on ${target}`));
    return [...tags, ...edges];
  });
}

function mayUse(rule: LibraryRule, target: string, projects: Readonly<Record<string, LibraryRule>>): boolean {
  const used = projects[target];
  if (used === undefined || used.layer === 'app' || used.layer === 'tool') return false;
  if (used.layer !== rule.layer) return LAYERS.indexOf(used.layer) < LAYERS.indexOf(rule.layer);
  return rule.peers === 'any' || rule.peers.includes(target);
}

function shortName(project: string): string {
  return project.replace(/^@gatehouse\//, '');
}

function readGraph(root: string): ProjectGraph {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-graph-'));
  try {
    const file = join(folder, 'graph.json');
    const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
    const { status, stderr, stdout } = spawnSync(process.execPath, [nx, 'graph', `--file=${file}`], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false' },
    });
    if (status !== 0) throw new Error(`nx graph failed: ${stderr}${stdout}`);
    return JSON.parse(readFileSync(file, 'utf8')).graph;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const libraryEdges: Check = {
  name: 'libraries depend downward only, and on the peers they may use',
  run: (root) => checkLibraryEdges(readGraph(root)),
};
