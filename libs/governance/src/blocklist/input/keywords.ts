import { KeywordSearch } from '@gatehouse/secret-scanner';
import type { ProtectedPathSet } from '../paths/protected.ts';
import { DELETE_VERBS, isDeleteVerb, isManagedProgram, MANAGED_PROGRAMS } from '../rules/cli.ts';
import { isTreeProgram, TREE_PROGRAMS } from '../rules/governance.ts';
import { isRuledProgram, RULED_PROGRAMS } from '../rules/ordered-rules.ts';
import type { Scene } from '../scene.ts';
import { programName } from '../shell/command.ts';
import { INTERPRETERS, languageOf } from '../shell/interpreters.ts';
import { isWrapper, WRAPPER_PROGRAMS } from '../shell/wrappers.ts';

/** Text in which the shell would change nothing but white space: what is written is what runs. */
const PLAIN = /^[\w\s./:=,@+%-]*$/;
/** What else would make the shell read on: another line, a percent sign of `cmd`, a way up. */
const OF_SHELL = ['\n', '\r', '%', '..'];
/** Builtins that run text or move about, and the client whose hooks we are. */
const STARTERS = new Set(
  'cd pushd source . eval export unset trap gatehouse claude java at batch'.split(' '),
);
/** Behind these a word goes on with letters and is known all the same; any other is followed by a sign or its end. */
const OPEN = new Set(['mkfs', 'flush']);
/** What the checkout, and ways around it, are called, wherever it stands. */
const OURS = ['gatehouse', '/proc/', 'apps/cli', 'ld-linux', 'busybox'];
const SQL = /^(?:drop|truncate|delete|update|alter|grant|flush\w*|shutdown|merge)$/i;

/** What `needsReading` looks for in one pass: first beginnings of words, then names that count wherever they stand. */
interface Sought {
  readonly beginnings: readonly string[];
  readonly search: KeywordSearch;
}

const made = new WeakMap<ProtectedPathSet, Sought>();

function soughtFor(paths: ProtectedPathSet): Sought {
  let sought = made.get(paths);
  if (sought === undefined) {
    const beginnings = beginningsOfKnownWords();
    // A name with another character stands in no plain text.
    const hints = paths.hints.filter((hint) => /^[a-z0-9_ ./:=,@+-]+$/.test(hint));
    sought = {
      beginnings,
      search: new KeywordSearch([...beginnings, ...OURS, ...hints]),
    };
    made.set(paths, sought);
  }
  return sought;
}

/** What every word that `isKnown` knows begins with, or goes on with behind a sign. */
function beginningsOfKnownWords(): string[] {
  const programs = [RULED_PROGRAMS, MANAGED_PROGRAMS, TREE_PROGRAMS, WRAPPER_PROGRAMS, INTERPRETERS].flat();
  const sql = 'drop truncate delete update alter grant flush shutdown merge'.split(' ');
  return [...new Set([...programs, ...STARTERS, ...DELETE_VERBS, ...sql])].filter(
    (word) => word === word.toLowerCase(),
  );
}

/**
 * The cheap test before any parsing: a plain text without a word that a rule knows, or a name that is protected,
 * cannot be denied. One pass over the text finds where such a word may begin, and only the few words there are
 * looked at.
 */
export function needsReading(text: string, scene: Scene): boolean {
  const { protectedPaths, folder } = scene;
  if (text.length > 2048 || !PLAIN.test(text) || OF_SHELL.some((sign) => text.includes(sign))) return true;
  if (protectedPaths.isInside(folder)) return true;
  for (const path of scene.files.keys()) {
    if (text.includes(path.slice(path.lastIndexOf('/') + 1))) return true;
  }
  return holdsSought(text, protectedPaths);
}

/** Words are what stands between spaces. */
export function holdsSought(text: string, paths: ProtectedPathSet): boolean {
  const { beginnings, search } = soughtFor(paths);
  let found = false;
  let judgedTo = 0;
  search.find(text, (keyword, end) => {
    if (found) return;
    const beginning = beginnings[keyword];
    if (beginning === undefined) {
      found = true;
      return;
    }
    if (end <= judgedTo || (isLetter(text.charCodeAt(end)) && !OPEN.has(beginning))) return;
    const at = end - beginning.length;
    if (at > 0 && isAlphanumeric(text.charCodeAt(at - 1))) return;
    const space = text.indexOf(' ', end);
    judgedTo = space < 0 ? text.length : space;
    found = isKnown(text.slice(text.lastIndexOf(' ', at) + 1, judgedTo));
  });
  return found;
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
  return (code >= 0x30 && code <= 0x39) || isLetter(code);
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
