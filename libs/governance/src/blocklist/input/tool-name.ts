import type { BlocklistCall } from '../blocklist-call.ts';
import { type Line, linesOf } from '../line.ts';
import type { Scene } from '../scene.ts';
import type { ToolUse } from './path-argument.ts';

const LINES = {
  ...linesOf('infrastructure_teardown', {
    'tool-destroys': "The tool's name says that it destroys what cannot be brought back.",
  }),
  ...linesOf('database', { 'tool-drops': "The tool's name says that it drops or empties a database." }),
  ...linesOf('history_rewrite', {
    'tool-rewrites-history': "The tool's name says that it deletes or rewrites history.",
  }),
  ...linesOf('host_control', {
    'tool-stops-host': "The tool's name says that it stops a machine or a service.",
  }),
  ...linesOf('disk', { 'tool-formats': "The tool's name says that it formats or wipes a disk." }),
};

const DESTROYS = new Set(
  'destroy purge wipe nuke terminate obliterate erase teardown decommission'.split(' '),
);
const DELETES = new Set('delete remove del rm archive'.split(' '));
/** Small things whose deletion is everyday work, as `rm file.txt` is. */
const SMALL = new Set(
  (
    'file files line lines text comment comments message messages entity entities observation observations relation relations row event events ' +
    'label labels reaction reactions bookmark tab tabs cell cells node note notes todo todos task tasks draft selection cookie cookies item items ' +
    'element elements word words breakpoint shape slide page block blocks tag tags filter favorite alarm reminder attachment link memory memories ' +
    'directory folder path symbol field import imports annotation card cards checklist page_break watcher follower reviewer assignee member'
  ).split(' '),
);
const LARGE = new Set(
  (
    'repository repo database db table schema bucket cluster project user users account namespace instance volume stack org organization organisation ' +
    'team environment collection index queue topic agent server vm machine disk snapshot backup deployment secret secrets key keys token domain zone record dns ' +
    'app application site service function pipeline workflow release branch registry image network subnet policy role group tenant workspace keyspace all everything ' +
    'subscription customer invoice integration webhook dashboard monitor node_pool vault certificate container pod'
  ).split(' '),
);
const DATA = new Set(
  'table database db schema collection index column view keyspace user role tables databases'.split(' '),
);
const READS = new Set(
  'get list show search find read view describe check count query fetch lookup can is has preview restore undelete validate explain watch download'.split(
    ' ',
  ),
);

interface Judged {
  readonly line: Line | null;
  readonly use: ToolUse;
}

const judged = new Map<string, Judged>();

/** Denies by what the tool's own name says: `delete_repository`, `drop_table`, `mcp__x__destroyCluster`. */
export function judgeToolName(call: BlocklistCall, scene: Scene): void {
  const { line } = judge(call.tool);
  if (line === null) return;
  scene.verdict.path = '$';
  scene.deny(line);
}

export function toolUseOf(tool: string): ToolUse {
  return judge(tool).use;
}

function judge(tool: string): Judged {
  const known = judged.get(tool);
  if (known !== undefined) return known;
  const words = wordsOf(tool);
  const result = { line: lineOf(words), use: useOf(words) };
  if (judged.size < 4096 && tool.length <= 256) judged.set(tool, result);
  return result;
}

/** `mcp__github__deleteRepository` gives `delete`, `repository`. */
function wordsOf(tool: string): string[] {
  const name = tool.slice(0, 256).split('__').at(-1)!;
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function lineOf(words: readonly string[]): Line | null {
  const [first, second] = words;
  if (first === undefined || READS.has(first)) return null;
  const objects = words.slice(1);
  const data = words.some((word) => DATA.has(word));
  if (
    /^(?:shutdown|reboot|poweroff|halt)$/.test(first) ||
    (first === 'stop' && /^(?:server|host|machine|instance|vm)$/.test(second ?? ''))
  )
    return LINES['tool-stops-host'];
  if ((first === 'format' || first === 'wipe') && /^(?:disk|drive|volume|partition)$/.test(second ?? ''))
    return LINES['tool-formats'];
  if ((first === 'truncate' || first === 'drop' || first === 'flush') && data) return LINES['tool-drops'];
  if (
    first === 'flushall' ||
    first === 'flushdb' ||
    (first === 'flush' && /^(?:all|db|redis)$/.test(second ?? ''))
  )
    return LINES['tool-drops'];
  if (
    (first === 'force' && second === 'push') ||
    (first === 'rewrite' && words.includes('history')) ||
    (first === 'git' && second === 'reset')
  )
    return LINES['tool-rewrites-history'];
  const verb =
    DESTROYS.has(first) || DELETES.has(first)
      ? first
      : words.length > 1 && (DESTROYS.has(words.at(-1)!) || words.at(-1) === 'delete')
        ? words.at(-1)!
        : null;
  if (verb === null || (words.includes('soft') && !DESTROYS.has(verb))) return null;
  const things = verb === first ? objects : words.slice(0, -1);
  if (DESTROYS.has(verb)) return data ? LINES['tool-drops'] : LINES['tool-destroys'];
  if (
    things.some((word) => SMALL.has(word)) &&
    !things.some((word) => word === 'all' || word === 'everything')
  )
    return null;
  const large = things.some((word) => LARGE.has(word));
  // `remove_x` and `archive_x` are often mild; `delete_x` of something unknown is not.
  if (!large && verb !== 'delete') return null;
  if (!large && things.length === 0) return null;
  return things.includes('branch') || things.includes('commit')
    ? LINES['tool-rewrites-history']
    : data && !things.includes('user')
      ? LINES['tool-drops']
      : LINES['tool-destroys'];
}

function useOf(words: readonly string[]): ToolUse {
  const [first = ''] = words;
  const reads =
    READS.has(first) || /^(?:grep|glob|ls|cat|stat|tree|head|tail|notebookread|open)$/.test(first);
  const folder = words.some((word) =>
    /^(?:directory|folder|dir|tree|path|recursive|recursively)$/.test(word),
  );
  const deletes = DELETES.has(first) || DESTROYS.has(first) || words.at(-1) === 'delete';
  return {
    writes: !reads,
    takes:
      deletes ||
      /^(?:move|copy|rename|zip|archive|compress|chmod|chown|mv|cp|sync|link|symlink|upload)$/.test(first),
    deletesFolders: deletes && folder,
    sql: words.some((word) =>
      /^(?:sql|mysql|postgres|postgresql|pg|sqlite|bigquery|snowflake|database|db|duckdb|clickhouse|mssql)$/.test(
        word,
      ),
    ),
  };
}
