import { KeywordAutomaton } from '@gatehouse/secret-scanner';
import { DELETE_VERBS, isDeleteVerb, isManagedProgram, MANAGED_PROGRAMS } from '../rules/cli.ts';
import { isTreeProgram, TREE_PROGRAMS } from '../rules/governance.ts';
import { isRuledProgram, RULED_PROGRAMS } from '../rules/ordered-rules.ts';
import type { Scene } from '../scene.ts';
import { programName } from '../shell/command.ts';
import { INTERPRETERS, languageOf } from '../shell/interpreters.ts';
import { isWrapper, WRAPPER_PROGRAMS } from '../shell/wrappers.ts';

/** Text in which the shell would change nothing but white space: what is written is what runs. */
const PLAIN = /^[\w\s./:=,@+%-]*$/;
/** Builtins that run text or move about, and the client whose hooks we are. */
const STARTERS = new Set(
  'cd pushd source . eval export unset trap gatehouse claude java at batch'.split(' '),
);
const OURS = /gatehouse|\/proc\/|apps\/cli|ld-linux|busybox/i;
const SQL = /^(?:drop|truncate|delete|update|alter|grant|flush\w*|shutdown|merge)$/i;

interface Beginnings {
  readonly words: readonly string[];
  readonly automaton: KeywordAutomaton;
}

let made: Beginnings | undefined;

/** What every word that `isKnown` knows begins with, or goes on with behind a sign. */
function beginnings(): Beginnings {
  if (made !== undefined) return made;
  const programs = [RULED_PROGRAMS, MANAGED_PROGRAMS, TREE_PROGRAMS, WRAPPER_PROGRAMS, INTERPRETERS].flat();
  const sql = 'drop truncate delete update alter grant flush shutdown merge'.split(' ');
  const words = [...new Set([...programs, ...STARTERS, ...DELETE_VERBS, ...sql])].filter(
    (word) => word === word.toLowerCase(),
  );
  made = { words, automaton: new KeywordAutomaton(words) };
  return made;
}

/**
 * The cheap test before any parsing: a plain text without a word that a rule knows cannot be denied. One pass over
 * the text finds where such a word may begin, and only the few words there are looked at.
 */
export function needsReading(text: string, scene: Scene): boolean {
  if (text.length > 2048 || !PLAIN.test(text) || /[\r\n]/.test(text) || OURS.test(text)) return true;
  if (scene.protectedPaths.mayName(text, scene.folder)) return true;
  for (const path of scene.files.keys()) {
    if (text.includes(path.slice(path.lastIndexOf('/') + 1))) return true;
  }
  return hasKnownWord(text);
}

/** Words are what stands between spaces. */
export function hasKnownWord(text: string): boolean {
  const { words, automaton } = beginnings();
  let known = false;
  let judgedTo = 0;
  automaton.find(text, (keyword, end) => {
    if (known || end <= judgedTo) return;
    const at = end - words[keyword]!.length;
    if (at > 0 && isAlphanumeric(text.charCodeAt(at - 1))) return;
    const space = text.indexOf(' ', end);
    judgedTo = space < 0 ? text.length : space;
    known = isKnown(text.slice(text.lastIndexOf(' ', at) + 1, judgedTo));
  });
  return known;
}

export function isKnown(word: string): boolean {
  const name = programName(word);
  return (
    isRuledProgram(name) ||
    isManagedProgram(name) ||
    isTreeProgram(name) ||
    isWrapper(name) ||
    languageOf(name) !== null ||
    STARTERS.has(name) ||
    isDeleteVerb(word) ||
    SQL.test(word)
  );
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
