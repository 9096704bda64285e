import { linesOf } from '../line.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';
import { readFlags } from '../shell/flags.ts';
import { judgeMongo, judgeRedis } from '../sql/judge-other-databases.ts';
import { judgeSql } from '../sql/judge-sql.ts';

const LINES = linesOf('database', {
  'database-drop-program': 'It removes a database whole.',
});

/** Clients of SQL databases, with the flags that carry a statement. */
const sqlClient =
  (flags: readonly string[], operands: boolean): CommandRule =>
  ({ args, stdin }, scene) => {
    for (const [at, arg] of args.entries()) {
      for (const flag of flags) {
        const long = flag.length > 1;
        if (arg === `${long ? '--' : '-'}${flag}` || arg === `-${flag}`)
          judgeSql(args[at + 1] ?? '', scene, 'sql');
        else if (long && arg.startsWith(`--${flag}=`)) judgeSql(arg.slice(flag.length + 3), scene, 'sql');
        else if (!long && arg.startsWith(`-${flag}`) && arg.length > 2 && !arg.startsWith('--'))
          judgeSql(arg.slice(2), scene, 'sql');
        else if (!long && /^-[a-zA-Z]+$/.test(arg) && arg.endsWith(flag))
          judgeSql(args[at + 1] ?? '', scene, 'sql');
      }
      if (operands && !arg.startsWith('-') && /\s/.test(arg)) judgeSql(arg, scene, 'sql');
    }
    if (stdin !== null) judgeSql(stdin, scene, 'sql');
  };

const redis: CommandRule = ({ args, stdin }, scene) => {
  const values = new Set([
    'h',
    'p',
    's',
    'a',
    'u',
    'r',
    'i',
    'n',
    'user',
    'pass',
    'x',
    'd',
    'D',
    'cacert',
    'cert',
    'key',
    'sni',
  ]);
  judgeRedis(readFlags(args, values).operands.join(' '), scene);
  if (args.includes('--eval')) judgeRedis(args.join(' '), scene);
  if (stdin !== null) for (const line of stdin.split('\n')) judgeRedis(line, scene);
};

const mongo: CommandRule = ({ args, stdin }, scene) => {
  for (const text of [...args, stdin ?? '']) judgeMongo(text, scene);
};

const dropProgram: CommandRule = ({ args }, scene) => {
  if (args.length > 0 && !args.includes('--help') && !args.includes('--version'))
    scene.deny(LINES['database-drop-program']);
};

export const databaseRules: readonly RuleFamily[] = [
  { programs: 'psql pgcli cockroach', rule: sqlClient(['c', 'command', 'e', 'execute'], false) },
  { programs: 'mysql mariadb mycli', rule: sqlClient(['e', 'execute'], false) },
  { programs: 'sqlite3 sqlite litecli duckdb rqlite libsql', rule: sqlClient(['cmd', 'c', 's'], true) },
  { programs: 'sqlcmd isql osql tsql bcp', rule: sqlClient(['Q', 'q'], false) },
  { programs: 'clickhouse-client clickhouse clickhouse-local', rule: sqlClient(['query', 'q'], true) },
  { programs: 'cqlsh ysqlsh ycqlsh', rule: sqlClient(['e', 'execute', 'c'], false) },
  { programs: 'snowsql snow', rule: sqlClient(['q', 'query'], false) },
  { programs: 'bq', rule: sqlClient([], true) },
  {
    programs: 'sqlplus vsql impala-shell hive beeline presto trino spark-sql',
    rule: sqlClient(['e', 'q', 'c', 'execute', 'f'], true),
  },
  {
    programs: 'wp supabase turso wrangler prisma usql dolt pscale neon influx hasura heroku aws gcloud',
    rule: sqlClient(['command', 'execute', 'c', 'query', 'sql', 'q'], true),
  },
  { programs: 'redis-cli valkey-cli keydb-cli iredis', rule: redis },
  { programs: 'mongo mongosh', rule: mongo },
  { programs: 'dropdb dropuser pg_dropcluster pg_resetwal', rule: dropProgram },
];
