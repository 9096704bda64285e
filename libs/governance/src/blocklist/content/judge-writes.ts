import type { BlocklistCall, ScriptMemory } from '../blocklist-call.ts';
import { toolUseOf } from '../input/tool-name.ts';
import { resolvePath, UNKNOWN_FOLDER } from '../paths/normalise.ts';
import { Scene } from '../scene.ts';
import { Verdict } from '../verdict.ts';
import { isScript, judgeContent, runsLater } from './judge-content.ts';
import { writtenContent } from './written-content.ts';

/** Larger files are judged by their beginning. */
const MOST_TEXT = 65_536;

/** What the root session wrote before belongs to the scene, by the path that this call would use for it. */
export function recallScripts(memory: ScriptMemory, scene: Scene): void {
  for (const [path, text] of memory.files) {
    scene.remember(path, text);
    // Written by a tool that did not say where it works.
    if (path.startsWith(`${UNKNOWN_FOLDER}/`) && scene.cwd !== null)
      scene.remember(scene.cwd + path.slice(UNKNOWN_FOLDER.length), text);
  }
}

/**
 * Threat T21. A content that would be run by itself, such as a git hook, is judged at once; so is a script that is
 * moved. Any other that destroys is remembered: it may be written, and is judged when it is run.
 */
export function judgeWrites(call: BlocklistCall, scene: Scene): void {
  const written = toolUseOf(call.tool).writes ? writtenContent(call.input) : null;
  if (written !== null) {
    const path = resolvePath(scene.folder, written.path, scene.home);
    const text = written.text.slice(0, MOST_TEXT);
    if (runsLater(path)) judgeContent(path, text, scene);
    scene.remember(path, joined(scene.files.get(path), text));
  }
  for (const path of scene.moved) {
    const text = scene.files.get(path) ?? '';
    if (isScript(path, text)) judgeContent(path, text, scene);
  }
}

/** Keeps for later calls what this one wrote and what would be denied if it ran. */
export function keepScripts(memory: ScriptMemory, scene: Scene): void {
  for (const [path, text] of scene.files) {
    if (memory.files.get(path) === text || text === '') continue;
    const verdict = new Verdict(scene.verdict.active);
    const trial = new Scene(verdict, scene.protectedPaths, scene.cwd);
    judgeContent(path, text.slice(0, MOST_TEXT), trial);
    if (verdict.decided) memory.keep(path, text.slice(0, MOST_TEXT));
  }
}

/** An edit adds to what was written before. */
function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before}\n${text}`.slice(-MOST_TEXT);
}
