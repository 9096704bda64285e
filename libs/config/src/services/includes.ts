import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import { FileSchema } from '../document/schema.ts';
import type { YamlDocument } from '../document/yaml-document.ts';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { nearest } from '../problem/nearest.ts';
import type { Settings } from './services-config.ts';

interface ConfigFile {
  readonly includes: readonly string[];
  readonly settings: { readonly sample_world: boolean };
}

const schema = new FileSchema<ConfigFile>(configSchema);

/** Folders that `includes` may name. */
const FOLDERS = ['mcp', 'agents'] as const;
export type IncludeFolder = (typeof FOLDERS)[number];

export interface IncludedFile {
  readonly folder: IncludeFolder;
  /** Absolute. */
  readonly path: string;
}

/** `services/config/config.yaml`: the settings, and which files to read, each once and in order. */
export function readIncludes(
  installation: Installation,
  document: YamlDocument,
  problems: ConfigurationProblem[],
): { settings: Settings; files: readonly IncludedFile[] } | undefined {
  const checked = schema.check(document);
  if (!checked.ok) {
    problems.push(...checked.problems);
    return undefined;
  }
  const files = new Map<string, IncludedFile>();
  for (const [index, include] of checked.value.includes.entries()) {
    const [folder = '', name = ''] = include.split('/');
    const tell = (told: Pick<ConfigurationProblem, 'message' | 'expected' | 'nearest'>) =>
      problems.push(document.problem(['includes', index], 'value', told));
    if (!isFolder(folder)) {
      const near = nearest(folder, FOLDERS);
      tell({
        message: `names the folder ${folder}, which is not included`,
        expected: `one of ${FOLDERS.join(', ')}`,
        ...(near === undefined ? {} : { nearest: near }),
      });
      continue;
    }
    const there = entriesOf(join(installation.servicesDir, folder));
    if (name === '*.yaml') {
      for (const entry of there.filter((entry) => /^[^.].*\.yaml$/.test(entry))) add(folder, entry);
      problems.push(...misnamed(folder, there));
    } else if (there.includes(name)) {
      add(folder, name);
    } else {
      const near = nearest(
        name.slice(0, -'.yaml'.length),
        there.map((entry) => entry.replace(/\.yaml$/, '')),
      );
      tell({
        message: `names services/${include}, which does not exist`,
        ...(near === undefined ? {} : { nearest: `${folder}/${near}.yaml` }),
      });
    }
  }
  return { settings: { sampleWorld: checked.value.settings.sample_world }, files: [...files.values()] };

  function add(folder: IncludeFolder, name: string): void {
    const path = join(installation.servicesDir, folder, name);
    files.set(path, { folder, path });
  }
}

/** A file that looks like configuration and would silently not be. */
function misnamed(folder: IncludeFolder, entries: readonly string[]): ConfigurationProblem[] {
  return entries
    .filter((entry) => /^[A-Za-z0-9].*\.ya?ml$/i.test(entry) && !entry.endsWith('.yaml'))
    .map((entry) => ({
      file: `services/${folder}/${entry}`,
      line: 1,
      column: 1,
      path: '',
      message: 'is not read under this name',
      expected: 'a name that ends in .yaml',
    }));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isFolder(name: string): name is IncludeFolder {
  return (FOLDERS as readonly string[]).includes(name);
}
