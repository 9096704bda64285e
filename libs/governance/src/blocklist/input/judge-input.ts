import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { BlocklistCall } from '../blocklist-call.ts';
import type { Scene } from '../scene.ts';
import { judgeArgv, judgeShell } from '../shell/judge-shell.ts';
import { judgePowershell } from '../shell/powershell.ts';
import { judgeMongo, judgeRedis } from '../sql/judge-other-databases.ts';
import { judgeSql } from '../sql/judge-sql.ts';
import { judgeProgram } from './judge-program.ts';
import { type KeyKind, kindOfKey } from './keys.ts';
import { needsReading } from './keywords.ts';
import { judgePathArgument, type ToolUse } from './path-argument.ts';
import { toolUseOf } from './tool-name.ts';

/** Deeper than any call that is accepted. */
const MOST_DEPTH = 128;
/** Words that a program in another language has and a shell script seldom. */
const PROGRAM =
  /^\s*(?:import|from|def|class|const|let|var|function|async|await|return|print|package|use|require|public|using|#!.*(?:python|node|ruby|perl))\b|=>|\)\s*\{|\w\.\w+\(/m;

/** Judges every argument whose key says that it is a command, a query or a path. Never the content of a file. */
export function judgeInput(call: BlocklistCall, scene: Scene): void {
  const { input } = call;
  if (typeof input !== 'object' || input === null) return;
  const reader = new InputReader(scene, toolUseOf(call.tool), /powershell|pwsh/i.test(call.tool));
  reader.read(input, 'none', '$', 0);
}

class InputReader {
  readonly #scene: Scene;
  readonly #use: ToolUse;
  readonly #powershell: boolean;

  constructor(scene: Scene, use: ToolUse, powershell: boolean) {
    this.#scene = scene;
    this.#use = use;
    this.#powershell = powershell;
  }

  read(value: JsonValue, kind: KeyKind, path: string, depth: number): void {
    if (depth > MOST_DEPTH || this.#scene.decided) return;
    if (typeof value === 'string') {
      if (kind !== 'none') this.#text(value, kind, path);
    } else if (Array.isArray(value)) {
      this.#list(value, kind, path, depth);
    } else if (isJsonObject(value)) {
      this.#object(value, path, depth);
    }
  }

  #object(value: JsonObject, path: string, depth: number): void {
    let command: string | null = null;
    for (const key in value) {
      const kind = kindOfKey(key);
      const item = value[key]!;
      if (kind === 'shell' && typeof item === 'string' && command === null) command = item;
      if (kind === 'none' && typeof item !== 'object') continue;
      this.read(item, kind, `${path}.${key}`, depth + 1);
      if (this.#scene.decided) return;
    }
    // `{command: 'rm', args: ['-rf', '/']}`: one command line in two keys.
    if (command === null) return;
    for (const key in value) {
      const args = value[key]!;
      if (kindOfKey(key) !== 'argv' || !Array.isArray(args)) continue;
      const words = args.filter((arg) => typeof arg === 'string');
      this.#argv([...command.trim().split(/\s+/), ...words], `${path}.${key}`);
    }
  }

  #list(items: readonly JsonValue[], kind: KeyKind, path: string, depth: number): void {
    if (
      (kind === 'shell' || kind === 'argv') &&
      items.length > 1 &&
      items.every((item) => typeof item === 'string')
    ) {
      this.#argv(items, path);
      if (kind === 'argv' || this.#scene.decided) return;
    }
    for (const [index, item] of items.entries()) {
      this.read(item, kind, `${path}[${index}]`, depth + 1);
      if (this.#scene.decided) return;
    }
  }

  #argv(argv: readonly string[], path: string): void {
    if (!needsReading(argv.join(' '), this.#scene)) return;
    this.#scene.verdict.path = path;
    judgeArgv(argv, this.#scene);
  }

  #text(text: string, kind: KeyKind, path: string): void {
    const scene = this.#scene;
    scene.verdict.path = path;
    switch (kind) {
      case 'shell':
      case 'argv':
        if (!needsReading(text, scene)) return;
        if (this.#powershell) judgePowershell(text, scene, (argv) => judgeArgv(argv, scene));
        else if (PROGRAM.test(text)) judgeProgram(text, scene);
        else judgeShell(text, scene);
        // A `command` of a database tool is a statement; only what has the shape of SQL counts here.
        judgeSql(text, scene, 'maybe');
        judgeRedis(text, scene);
        return;
      case 'code':
        if (!needsReading(text, scene)) return;
        judgeProgram(text, scene);
        judgeSql(text, scene, 'maybe');
        return;
      case 'sql':
        judgeSql(text, scene, 'sql');
        return;
      case 'query':
        judgeSql(text, scene, this.#use.sql ? 'sql' : 'maybe');
        judgeMongo(text, scene);
        return;
      case 'path':
      case 'uri':
        judgePathArgument(text, kind, this.#use, scene);
        return;
      case 'none':
    }
  }
}
