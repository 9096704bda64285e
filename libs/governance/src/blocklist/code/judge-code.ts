import { linesOf } from '../line.ts';
import { judgeProtectedPath } from '../rules/governance.ts';
import { judgeFileDeletion, judgeTreeDeletion } from '../rules/remove.ts';
import type { Scene } from '../scene.ts';
import { judgeMongo } from '../sql/judge-other-databases.ts';
import { judgeSql } from '../sql/judge-sql.ts';
import { stringLiterals } from './literals.ts';

const LINES = {
  ...linesOf('remote_code_execution', {
    'code-reverse-shell': 'It gives a shell to another machine.',
    'code-from-network': 'It runs code that it fetches from the network or decodes first.',
  }),
  ...linesOf('host_control', { 'code-fork-bomb': 'It starts processes without end.' }),
};

/** What judges the shell text and the argument arrays that a program holds. */
export interface Starters {
  shell(text: string): void;
  argv(argv: readonly string[]): void;
}

const STARTS =
  /\b(?:system|exec\w*|spawn\w*|popen\w*|subprocess|check_(?:call|output)|shell_exec|passthru|proc_open|fork|getoutput|run|call|Process|Deno\.Command|\$`|qx|do shell script|Bun\.\$|execa|zx|start-process|ShellExecute|pty)\b|`|%x|\|\s*getline|"\s*\|\s*"/i;
const DELETES_TREE =
  /\b(?:rmtree|rm_rf|rm_r|remove_tree|rmSync|rmdirSync|rmdir|rimraf|removeSync|emptyDirSync|emptyDir|remove_dir_all|remove_entry|delete_tree|RemoveAll|removedirs|\.rm)\s*\(?|\bfs\.(?:promises\.)?rm\b/;
const DELETES_FILE = /\b(?:unlink|unlinkSync|os\.remove|remove|File\.delete|deleteFile)\b/;
const FETCHES =
  /\b(?:urlopen|urlretrieve|requests\.get|httpx\.get|fetch|https?\.get|axios|LWP|open-uri|file_get_contents|Net::HTTP|curl_exec|urllib)\b|base64\.b(?:64)?decode|b64decode|\batob\b|decode_base64|fromhex|unhexlify|Buffer\.from\([^)]{0,200}base64/i;
const EVALUATES =
  /\b(?:exec|eval|compile|Function|instance_eval|runInThisContext|runInNewContext)\b\s*\(|\beval\b/;
const SOCKET = /\bsocket|\bnet\.connect|TCPSocket|IO::Socket|\bfsockopen/i;
const SHELL_ON_SOCKET = /\bdup2\b|pty\.spawn|\/bin\/(?:ba|z|da)?sh\b|cmd\.exe/;
const DELETES_HOME =
  /(?:rmtree|rmSync|rm_rf|removeSync|rimraf|RemoveAll)\s*\(?\s*(?:Path\.home\(\)|os\.path\.expanduser\(.~\/?.\)|(?:os\.)?homedir\(\)|process\.env\.HOME|process\.cwd\(\)|os\.getcwd\(\)|Dir\.home|ENV\[.HOME.\]|os\.environ\[.HOME.\])\s*[,)]/;
const FORKS = /\bfork\b\s*(?:\(\s*\))?\s*(?:while|until)\b|(?:while|for|loop)\b[^\n]{0,60}\b(?:os\.)?fork\b/;
const QUERIES = /\b(?:execute\w*|query\w*|cursor|prepare|raw|sql|exec|run|do)\b/i;
const SQL_START = /^\s*(?:drop|truncate|delete\s+from|update|alter\s+table|grant|with|exec)\b/i;

/**
 * Judges program text by what it holds: strings that it hands to a shell, paths that it deletes, SQL, and paths
 * of this installation. It is not parsed: any language may stand here.
 */
export function judgeCode(
  text: string,
  scene: Scene,
  starters: Starters,
  folder: string,
  remote: boolean,
): void {
  if (!scene.affords(text)) return;
  const { lenient } = scene;
  // A string that does not parse as shell is none.
  scene.lenient = true;
  judgeText(text, scene, starters, folder, remote);
  scene.lenient = lenient;
}

function judgeText(text: string, scene: Scene, starters: Starters, folder: string, remote: boolean): void {
  const literals = stringLiterals(text);
  if (FORKS.test(text)) scene.deny(LINES['code-fork-bomb']);
  if (EVALUATES.test(text) && FETCHES.test(text)) scene.deny(LINES['code-from-network']);
  if (SOCKET.test(text) && SHELL_ON_SOCKET.test(text)) scene.deny(LINES['code-reverse-shell']);
  if (DELETES_HOME.test(text)) judgeTreeDeletion('~', folder, scene);
  const starts = STARTS.test(text);
  const deletesTree = DELETES_TREE.test(text);
  const deletesFile = DELETES_FILE.test(text);
  const queries = QUERIES.test(text);
  judgeMongo(text, scene);
  for (const { value } of literals) {
    if (scene.decided) return;
    if (!remote) judgeProtectedPath(value, folder, scene);
    if (queries && SQL_START.test(value)) judgeSql(value, scene, 'maybe');
    if (value.length < 2 && value !== '/' && value !== '~') continue;
    if (starts && /[\s/]/.test(value)) starters.shell(value);
    if (
      deletesTree &&
      /^[/~.*A-Za-z]:?/.test(value) &&
      !/\s/.test(value) &&
      /^(?:[/~]|\.{1,2}(?:\/|$)|[A-Za-z]:)/.test(value)
    )
      judgeTreeDeletion(value, folder, scene);
    if (deletesFile && value.startsWith('/')) judgeFileDeletion(value, folder, scene);
  }
  if (!starts) return;
  // `['rm', '-rf', '/']`, `spawn('rm', ['-rf', '/'])`, `system "rm", "-rf", "/"`: strings in one call.
  for (const group of groups(text, literals)) {
    if (scene.decided) return;
    if (group.length > 1) starters.argv(group);
    if (group.length > 1) starters.shell(group.join(''));
  }
}

/** Neighbouring literals with nothing but commas, brackets and pluses between them. */
function groups(
  text: string,
  literals: readonly { value: string; start: number; end: number }[],
): string[][] {
  const result: string[][] = [];
  let current: string[] = [];
  for (const [at, literal] of literals.entries()) {
    const before = literals[at - 1];
    const between = before === undefined ? '' : text.slice(before.end, literal.start);
    if (before !== undefined && !(between.length < 24 && /^[\s,[\](){}+.]*$/.test(between))) {
      result.push(current);
      current = [];
    }
    current.push(literal.value);
  }
  result.push(current);
  return result.slice(0, 1024);
}
