import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '@gatehouse/kernel';
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import { FileSchema } from '../document/schema.ts';
import type { YamlDocument } from '../document/yaml-document.ts';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { nearest } from '../problem/nearest.ts';
import { keyText } from '../problem/path-text.ts';
import type { Framework, Settings } from './services-config.ts';

interface ConfigFile {
  readonly includes: readonly string[];
  readonly settings: {
    readonly sample_world: boolean;
    readonly storage: { readonly budget_gb: number; readonly content_mb_per_user_day: number };
    readonly audit: { readonly anchors: { log: boolean; file: string; syslog: boolean } };
    readonly oauth: { readonly client_document_hosts: readonly string[]; readonly registration: boolean };
    readonly registration: { readonly domains: readonly string[] };
    readonly retention: {
      readonly audit_days: number;
      readonly frameworks: readonly Framework[];
      readonly logs: Readonly<Record<`${'debug' | 'info' | 'warn' | 'error'}_days`, number>>;
    };
  };
}

const MIB = 1024 * 1024;

const schema = new FileSchema<ConfigFile>(configSchema);

const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}\.yaml$/;

/** Folders that `includes` may name. */
const FOLDERS = ['mcp', 'agents', 'export', 'compliance'] as const;
export type IncludeFolder = (typeof FOLDERS)[number];

export interface IncludedFile {
  readonly folder: IncludeFolder;
  /** Absolute. */
  readonly path: string;
}

export interface Includes {
  readonly settings: Settings;
  /** Each once, in the order of the includes. */
  readonly files: readonly IncludedFile[];
}

/**
 * `services/config/config.yaml`: the settings, and which files to read. Where the file is wrong or missing, the
 * files that were probably meant are read all the same, so that their problems are told with its own.
 */
export function readIncludes(
  installation: Installation,
  document: YamlDocument | undefined,
  problems: ConfigurationProblem[],
): Includes {
  const checked = document === undefined ? undefined : schema.check(document);
  if (checked?.ok === false) problems.push(...checked.problems);
  const includes = checked?.ok === true ? checked.value.includes : guessIncludes(document);
  const files = new Map<string, IncludedFile>();
  for (const [index, include] of includes.entries()) {
    const [folder = '', name = ''] = include.split('/');
    const found = findFiles(installation, folder, name);
    for (const file of found.files) files.set(file.path, file);
    problems.push(...found.misnamed);
    if (found.told !== undefined && document !== undefined) {
      problems.push(document.problem(['includes', index], 'value', found.told));
    }
  }
  return { settings: settingsOf(checked?.ok === true ? checked.value : null), files: [...files.values()] };
}

/** Without a usable file, whatever: the problem that it has stops the start. */
function settingsOf(file: ConfigFile | null): Settings {
  const { budget_gb: gib = 0, content_mb_per_user_day: mib = 0 } = file?.settings.storage ?? {};
  const { log = true, file: anchorFile = '', syslog = false } = file?.settings.audit.anchors ?? {};
  const { audit_days: auditDays = 400, frameworks = [], logs } = file?.settings.retention ?? {};
  const {
    debug_days: debug = 1,
    info_days: info = 7,
    warn_days: warn = 30,
    error_days: error = 90,
  } = logs ?? {};
  return {
    sampleWorld: file?.settings.sample_world === true,
    anchors: { log, file: anchorFile === '' ? null : anchorFile, syslog },
    retention: { auditDays, frameworks, logDays: { debug, info, warn, error } },
    oauth: {
      clientDocumentHosts: file?.settings.oauth.client_document_hosts ?? [],
      registration: file?.settings.oauth.registration === true,
    },
    registration: { domains: file?.settings.registration.domains ?? [] },
    storage: { budgetBytes: gib === 0 ? null : gib * 1024 * MIB, contentBytesPerUserDay: mib * MIB },
  };
}

function guessIncludes(document: YamlDocument | undefined): string[] {
  const value = document?.value;
  const written = isJsonObject(value) && Array.isArray(value.includes) ? value.includes : [];
  const usable = written.map((entry) => (typeof entry === 'string' && entry.endsWith('.yaml') ? entry : ''));
  return usable.some((entry) => entry !== '') ? usable : FOLDERS.map((folder) => `${folder}/*.yaml`);
}

interface FoundFiles {
  readonly files: readonly IncludedFile[];
  readonly misnamed: readonly ConfigurationProblem[];
  readonly told?: Pick<ConfigurationProblem, 'message' | 'expected' | 'nearest'>;
}

function findFiles(installation: Installation, folder: string, name: string): FoundFiles {
  const none = { files: [], misnamed: [] };
  // What does not look like an include has been told by the schema.
  if (!/^[a-z]+$/.test(folder) || name === '') return none;
  if (!isFolder(folder)) {
    const message = `names the folder ${folder}, which is not included`;
    return { ...none, told: { message, expected: `one of ${FOLDERS.join(', ')}`, ...near(folder, FOLDERS) } };
  }
  const there = entriesOf(join(installation.servicesDir, folder));
  const fileOf = (entry: string) => ({ folder, path: join(installation.servicesDir, folder, entry) });
  if (name === '*.yaml') {
    const files = there.filter((entry) => FILE_NAME.test(entry)).map(fileOf);
    return { files, misnamed: misnamed(folder, there) };
  }
  if (there.includes(name)) return { files: [fileOf(name)], misnamed: [] };
  const message = `names services/${folder}/${name}, which does not exist`;
  const files = there.filter((entry) => entry.endsWith('.yaml'));
  return {
    ...none,
    told: {
      message,
      ...near(
        `${folder}/${name}`,
        files.map((entry) => `${folder}/${entry}`),
      ),
    },
  };
}

/** A file that looks like configuration and would silently not be. What editors leave behind does not. */
function misnamed(folder: IncludeFolder, entries: readonly string[]): ConfigurationProblem[] {
  return entries
    .filter((entry) => /^[^.#~].*\.ya?ml$/i.test(entry) && !FILE_NAME.test(entry))
    .map((entry) => ({
      file: `services/${folder}/${keyText(entry)}`,
      line: 1,
      column: 1,
      path: '',
      message: 'is not read under this name',
      expected: 'a name of letters, digits and _ . - that ends in .yaml',
    }));
}

function near(word: string, candidates: readonly string[]): { nearest?: string } {
  const found = nearest(word, candidates);
  return found === undefined ? {} : { nearest: found };
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
