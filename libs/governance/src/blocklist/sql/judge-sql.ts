import { linesOf } from '../line.ts';
import type { Scene } from '../scene.ts';
import { type SqlToken, sqlTokens } from './tokens.ts';

const LINES = {
  ...linesOf('database', {
    'sql-drop': 'It drops a table, a database or another object.',
    'sql-truncate': 'It empties a table.',
    'sql-delete-all': 'It deletes every row of a table: no condition limits it.',
    'sql-update-all': 'It changes every row of a table: no condition limits it.',
    'sql-drop-column': 'It removes a column or a partition with its data.',
    'sql-shutdown': 'It stops or resets a database server.',
  }),
  ...linesOf('permission_opening', { 'sql-grant-all': 'It grants every right, or rights to everyone.' }),
  ...linesOf('remote_code_execution', { 'sql-program': 'It makes the database server run a program.' }),
};

/** `sql`: the text is SQL for certain. `maybe`: it may be a question in words; only what has the shape of SQL counts. */
export type SqlCertainty = 'sql' | 'maybe';

const KEYWORDS =
  /\b(?:drop|truncate|delete|update|alter|grant|merge|replace|shutdown|flush|reset|copy|xp_\w+|sp_configure|call|exec(?:ute)?|do|detach|lo_unlink|pg_terminate_backend|dblink\w*|optimize|vacuum|pragma|revoke|reassign|load_extension|outfile|dumpfile|remove|purge)\b/i;
const MOST_DEPTH = 3;

/** Judges SQL text statement by statement. */
export function judgeSql(text: string, scene: Scene, certainty: SqlCertainty, depth = 0): void {
  if (text.length < 4 || !KEYWORDS.test(text) || !scene.affords(text)) return;
  let statement: SqlToken[] = [];
  for (const token of sqlTokens(text)) {
    if (token.kind === 'other' && token.value === ';') {
      judgeStatement(statement, scene, certainty, depth);
      statement = [];
      if (scene.decided) return;
    } else {
      statement.push(token);
    }
  }
  judgeStatement(statement, scene, certainty, depth);
}

function judgeStatement(
  all: readonly SqlToken[],
  scene: Scene,
  certainty: SqlCertainty,
  depth: number,
): void {
  const tokens = unwrapped(all);
  const first = word(tokens, 0);
  const rule = first === '' ? undefined : STATEMENTS[first];
  if (rule !== undefined && Object.hasOwn(STATEMENTS, first)) rule(tokens, scene, certainty);
  if (certainty === 'sql') judgeInside(tokens, scene, depth);
}

/** What stands in front of the statement that counts: EXPLAIN ANALYZE, WITH …, BEGIN, SQL client noise. */
function unwrapped(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let at = 0;
  while (
    at < tokens.length &&
    /^(?:EXPLAIN|ANALYZE|VERBOSE|BEGIN|START|TRANSACTION|IF|THEN|ELSE|PREPARE)$/.test(word(tokens, at))
  ) {
    const explain = word(tokens, at) === 'EXPLAIN';
    at++;
    // EXPLAIN alone runs nothing.
    if (explain && word(tokens, at) !== 'ANALYZE' && tokens[at]?.value !== '(') return [];
    if (explain && tokens[at]?.value === '(') {
      const options = closing(tokens, at);
      if (!tokens.slice(at, options).some((token) => token.value === 'ANALYZE')) return [];
      at = options;
    }
  }
  if (word(tokens, at) !== 'WITH') return tokens.slice(at);
  // A common table expression: each body may change data, and the statement after them counts.
  return mainAfterWith(tokens, at);
}

function mainAfterWith(tokens: readonly SqlToken[], from: number): readonly SqlToken[] {
  for (let at = from + 1; at < tokens.length; at++) {
    const { kind, value } = tokens[at]!;
    if (kind === 'other' && value === '(') {
      const end = closing(tokens, at);
      if (
        /^(?:DELETE|UPDATE|TRUNCATE)$/.test(word(tokens, at + 1)) &&
        !tokens.slice(at, end).some((token) => token.value === 'WHERE')
      ) {
        return tokens.slice(at + 1, end - 1);
      }
      at = end - 1;
    } else if (kind === 'word' && /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE)$/.test(value)) {
      return tokens.slice(at);
    }
  }
  return [];
}

type StatementRule = (tokens: readonly SqlToken[], scene: Scene, certainty: SqlCertainty) => void;

const OBJECTS =
  /^(?:TABLE|DATABASE|SCHEMA|VIEW|MATERIALIZED|INDEX|USER|ROLE|LOGIN|TABLESPACE|KEYSPACE|COLLECTION|SEQUENCE|FUNCTION|PROCEDURE|TRIGGER|TYPE|DOMAIN|EXTENSION|OWNED|POLICY|PUBLICATION|SUBSCRIPTION|SERVER|FOREIGN|COLUMN|PARTITION|WAREHOUSE|STAGE|STREAM|TASK|PIPE|SHARE|EVENT|DICTIONARY|CATALOG|AGGREGATE|RULE|CAST|COLLATION|LANGUAGE|OPERATOR|SYNONYM|PACKAGE|PLUGGABLE|EXTERNAL|BUCKET|GROUP|SNAPSHOT|SERVICE|INTEGRATION|UNDO)$/;

const STATEMENTS: Readonly<Record<string, StatementRule>> = {
  DROP(tokens, scene, certainty) {
    const object = word(tokens, 1);
    if (object === 'TEMPORARY' || object === 'TEMP') return;
    if (!OBJECTS.test(object)) return;
    if (certainty === 'maybe' && !isDropShape(tokens)) return;
    scene.deny(LINES['sql-drop']);
  },
  TRUNCATE(tokens, scene, certainty) {
    const named = word(tokens, 1) === 'TABLE';
    if (
      certainty === 'maybe' &&
      !(named ? nameEnds(tokens, 2) : nameEnds(tokens, 1) && tokens.length <= 2 && tokens[1]?.kind === 'name')
    )
      return;
    if (tokens.length > 1 && tokens[1]!.value !== '(') scene.deny(LINES['sql-truncate']);
  },
  DELETE(tokens, scene, certainty) {
    if (word(tokens, 1) !== 'FROM' && certainty === 'maybe') return;
    if (certainty === 'maybe' && !hasWord(tokens, 'WHERE') && !nameEnds(tokens, 2)) return;
    if (!isLimited(tokens)) scene.deny(LINES['sql-delete-all']);
  },
  UPDATE(tokens, scene, certainty) {
    const set = tokens.findIndex((token) => token.kind === 'word' && token.value === 'SET');
    if (set < 2 || set > 8) return;
    if (certainty === 'maybe' && !tokens.slice(set).some((token) => token.value === '=')) return;
    if (!isLimited(tokens)) scene.deny(LINES['sql-update-all']);
  },
  ALTER(tokens, scene) {
    const object = word(tokens, 1);
    for (let at = 2; at < tokens.length; at++) {
      if (word(tokens, at) !== 'DROP') continue;
      const what = word(tokens, at + 1);
      if (
        object === 'TABLE' &&
        !/^(?:CONSTRAINT|DEFAULT|NOT|INDEX|KEY|FOREIGN|PRIMARY|CHECK|EXPRESSION|IDENTITY|STATISTICS)$/.test(
          what,
        )
      )
        scene.deny(LINES['sql-drop-column']);
    }
    if (object === 'SYSTEM' || object === 'DATABASE') {
      if (hasWord(tokens, 'OFFLINE') || hasWord(tokens, 'SINGLE_USER')) scene.deny(LINES['sql-shutdown']);
    }
    if (/^(?:USER|ROLE)$/.test(object) && (hasWord(tokens, 'SUPERUSER') || hasWord(tokens, 'BYPASSRLS')))
      scene.deny(LINES['sql-grant-all']);
    if (object === 'TABLE' && hasSequence(tokens, ['DISABLE', 'ROW', 'LEVEL', 'SECURITY']))
      scene.deny(LINES['sql-grant-all']);
  },
  GRANT(tokens, scene) {
    const all = word(tokens, 1) === 'ALL' || hasWord(tokens, 'SUPERUSER') || word(tokens, 1) === 'SUPER';
    if ((all && hasWord(tokens, 'TO')) || hasSequence(tokens, ['TO', 'PUBLIC']))
      scene.deny(LINES['sql-grant-all']);
  },
  MERGE(tokens, scene) {
    if (hasSequence(tokens, ['NOT', 'MATCHED', 'BY', 'SOURCE', 'THEN', 'DELETE']))
      scene.deny(LINES['sql-delete-all']);
  },
  COPY(tokens, scene) {
    if (hasWord(tokens, 'PROGRAM')) scene.deny(LINES['sql-program']);
  },
  SHUTDOWN(tokens, scene, certainty) {
    if (certainty === 'sql' || tokens.length === 1) scene.deny(LINES['sql-shutdown']);
  },
  FLUSH(tokens, scene) {
    if (word(tokens, 1) === 'TABLES' && hasWord(tokens, 'LOCK')) scene.deny(LINES['sql-shutdown']);
  },
  RESET(tokens, scene) {
    if (/^(?:MASTER|SLAVE|REPLICA|BINARY)$/.test(word(tokens, 1))) scene.deny(LINES['sql-shutdown']);
  },
  PURGE(tokens, scene) {
    if (/^(?:BINARY|MASTER|RECYCLEBIN|DBA_RECYCLEBIN|TABLE)$/.test(word(tokens, 1)))
      scene.deny(LINES['sql-drop']);
  },
  EXEC: execute,
  EXECUTE: execute,
};

function execute(tokens: readonly SqlToken[], scene: Scene): void {
  if (tokens.some(({ value }) => /^(?:XP_CMDSHELL|SP_OACREATE|XP_REGWRITE|XP_REGDELETEVALUE)$/i.test(value)))
    scene.deny(LINES['sql-program']);
}

const PROGRAM_FUNCTIONS = /^(?:XP_CMDSHELL|SYS_EXEC|SYS_EVAL|DBMS_SCHEDULER|LOAD_EXTENSION)$/;
const CLIENT_SHELL = /^(?:SHELL|SYSTEM)$/;

/** What stands inside a statement: bodies of DO and EXECUTE are SQL again; some functions run programs. */
function judgeInside(tokens: readonly SqlToken[], scene: Scene, depth: number): void {
  const nested = /^(?:DO|EXECUTE|EXEC|PREPARE|CALL|CREATE)$/.test(word(tokens, 0));
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'word' && PROGRAM_FUNCTIONS.test(token.value)) scene.deny(LINES['sql-program']);
    if (token.kind === 'text' && nested && depth < MOST_DEPTH && word(tokens, 0) !== 'CREATE')
      judgeSql(token.value.replace(/^\s*(?:DECLARE[\s\S]*?)?BEGIN\s/i, ''), scene, 'sql', depth + 1);
    if (
      token.kind === 'word' &&
      token.value === 'EXECUTE' &&
      tokens[at + 1]?.kind === 'text' &&
      depth < MOST_DEPTH
    )
      judgeSql(tokens[at + 1]!.value, scene, 'sql', depth + 1);
    if (token.value === '.' && CLIENT_SHELL.test(word(tokens, at + 1)) && at === 0)
      scene.deny(LINES['sql-program']);
  }
}

/** A WHERE that says something: not `1=1`, `true` or a column with itself. */
function isLimited(tokens: readonly SqlToken[]): boolean {
  if (hasWord(tokens, 'LIMIT') || hasSequence(tokens, ['WHERE', 'CURRENT', 'OF'])) return true;
  let depth = 0;
  const where = tokens.findIndex((token) => {
    if (token.value === '(') depth++;
    if (token.value === ')') depth--;
    return depth === 0 && token.kind === 'word' && token.value === 'WHERE';
  });
  if (where < 0) return /^(?:TOP)$/.test(word(tokens, 1)) || hasWord(tokens, 'JOIN');
  const condition = tokens
    .slice(where + 1)
    .filter(({ kind, value }) => kind !== 'other' || (value !== '(' && value !== ')'));
  const end = condition.findIndex(
    ({ kind, value }) => kind === 'word' && /^(?:RETURNING|ORDER|OPTION)$/.test(value),
  );
  return !isAlwaysTrue(end < 0 ? condition : condition.slice(0, end));
}

function isAlwaysTrue(condition: readonly SqlToken[]): boolean {
  const [left, operator, right, ...more] = condition;
  if (left === undefined) return true;
  if (condition.length === 1) return left.value === 'TRUE' || /^[1-9]\d*$/.test(left.value);
  const same =
    operator?.value === '=' && right !== undefined && left.kind === right.kind && left.value === right.value;
  if (same) return more.length === 0 || more[0]!.value === 'OR';
  const or = condition.findIndex(({ kind, value }) => kind === 'word' && value === 'OR');
  return or >= 0 && isAlwaysTrue(condition.slice(or + 1));
}

/** `DROP TABLE [IF EXISTS] name[, name] [CASCADE]`, and then nothing: a question in words goes on. */
function isDropShape(tokens: readonly SqlToken[]): boolean {
  let at = 2;
  if (word(tokens, 1) === 'MATERIALIZED' || word(tokens, 1) === 'FOREIGN') at++;
  if (word(tokens, at) === 'CONCURRENTLY') at++;
  if (word(tokens, at) === 'IF' && word(tokens, at + 1) === 'EXISTS') at += 2;
  return nameEnds(tokens, at);
}

/** A name (`a.b`, `"a"`, several with commas) followed by nothing, or by what may end such a statement. */
function nameEnds(tokens: readonly SqlToken[], from: number): boolean {
  if (tokens[from] === undefined || tokens[from].kind === 'other') return false;
  let at = from + 1;
  while (at < tokens.length && (tokens[at]!.value === '.' || tokens[at]!.value === ',')) at += 2;
  return (
    at >= tokens.length ||
    /^(?:CASCADE|RESTRICT|RESTART|CONTINUE|IMMEDIATE|PURGE|ON|USING|RETURNING|WITH|AS|SYNC|\()$/.test(
      tokens[at]!.value,
    )
  );
}

function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]!.value === '(') depth++;
    else if (tokens[at]!.value === ')' && --depth === 0) return at + 1;
  }
  return tokens.length;
}

function word(tokens: readonly SqlToken[], at: number): string {
  const token = tokens[at];
  return token?.kind === 'word' ? token.value : '';
}

function hasWord(tokens: readonly SqlToken[], wanted: string): boolean {
  return tokens.some(({ kind, value }) => kind === 'word' && value === wanted);
}

function hasSequence(tokens: readonly SqlToken[], wanted: readonly string[]): boolean {
  return tokens.some((_, at) => wanted.every((one, offset) => word(tokens, at + offset) === one));
}
