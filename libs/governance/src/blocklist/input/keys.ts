/** How the value of an input key is read. Keys are compared without case, `_` and `-`. */
export type KeyKind = 'shell' | 'code' | 'sql' | 'query' | 'argv' | 'path' | 'uri' | 'none';

const KINDS: Readonly<Record<Exclude<KeyKind, 'none'>, string>> = {
  shell: 'command cmd commands script shell shellcommand commandline cmdline bash exec run',
  code: 'code source_code snippet program javascript python function expression',
  sql: 'sql statement statements sqlquery rawsql sqlstatement',
  query: 'query queries',
  argv: 'args argv arguments commandargs',
  path:
    'path paths file_path file_paths filepath filename file files source destination src dest dst from to old_path new_path oldpath newpath ' +
    'target directory dir folder root cwd workdir working_directory notebook_path source_path destination_path target_path target_file ' +
    'relative_path absolute_path output_path input_path local_path save_path project_path repo_path repository_path base_path output_file ' +
    'input_file dirs directories folders filenames targetfile targetdirectory',
  uri: 'uri uris url urls href',
};

const KIND_OF = new Map<string, KeyKind>();
for (const kind of Object.keys(KINDS) as Exclude<KeyKind, 'none'>[]) {
  for (const key of KINDS[kind].split(' ')) KIND_OF.set(plain(key), kind);
}

/** Memory of keys as clients spell them; bounded, since keys come from outside. */
const seen = new Map<string, KeyKind>();

export function kindOfKey(key: string): KeyKind {
  const known = seen.get(key);
  if (known !== undefined) return known;
  if (key.length > 64) return 'none';
  const kind = KIND_OF.get(plain(key)) ?? 'none';
  if (seen.size < 2048) seen.set(key, kind);
  return kind;
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[_\-\s]/g, '');
}
