/** The input keys of Claude Code's own tools, whose schemas no server tells us. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Bash: ['command', 'description', 'timeout', 'run_in_background'],
  Read: ['file_path', 'offset', 'limit'],
  Write: ['file_path', 'content'],
  Edit: ['file_path', 'old_string', 'new_string', 'replace_all'],
  MultiEdit: ['file_path', 'edits'],
  NotebookEdit: ['notebook_path', 'cell_id', 'new_source', 'cell_type', 'edit_mode'],
  Glob: ['pattern', 'path'],
  Grep: ['pattern', 'path', 'glob', 'output_mode', 'type'],
  WebFetch: ['url', 'prompt'],
  WebSearch: ['query', 'allowed_domains', 'blocked_domains'],
  Task: ['description', 'prompt', 'subagent_type'],
  TodoWrite: ['todos'],
};

const SETS = new Map(Object.entries(KEYS).map(([tool, keys]) => [tool, new Set(keys)]));

export function clientToolKeys(action: string): ReadonlySet<string> | undefined {
  return SETS.get(action);
}
