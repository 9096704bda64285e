import { isDeleteVerb, isManagedProgram } from '../rules/cli.ts';
import { isTreeProgram } from '../rules/governance.ts';
import { isRuledProgram } from '../rules/ordered-rules.ts';
import type { Scene } from '../scene.ts';
import { programName } from '../shell/command.ts';
import { languageOf } from '../shell/interpreters.ts';
import { isWrapper } from '../shell/wrappers.ts';

/** Text in which the shell would change nothing but white space: what is written is what runs. */
const PLAIN = /^[\w\s./:=,@+%-]*$/;
/** Builtins that run text or move about, and the client whose hooks we are. */
const STARTERS = new Set(
  'cd pushd source . eval export unset trap gatehouse claude java at batch'.split(' '),
);
const OURS = /gatehouse|\/proc\/|apps\/cli|ld-linux|busybox/i;

/** The cheap test before any parsing: a plain text without a word that a rule knows cannot be denied. */
export function needsReading(text: string, scene: Scene): boolean {
  if (text.length > 2048 || !PLAIN.test(text) || /[\r\n]/.test(text) || OURS.test(text)) return true;
  if (scene.protectedPaths.mayName(text, scene.folder)) return true;
  for (const path of scene.files.keys()) {
    if (text.includes(path.slice(path.lastIndexOf('/') + 1))) return true;
  }
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const name = programName(word);
    if (
      isRuledProgram(name) ||
      isManagedProgram(name) ||
      isTreeProgram(name) ||
      isWrapper(name) ||
      languageOf(name) !== null ||
      STARTERS.has(name) ||
      isDeleteVerb(word)
    )
      return true;
    if (/^(?:drop|truncate|delete|update|alter|grant|flush\w*|shutdown|merge)$/i.test(word)) return true;
  }
  return false;
}
