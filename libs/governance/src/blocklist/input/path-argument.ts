import { hasGlob } from '../paths/glob.ts';
import { resolvePath } from '../paths/normalise.ts';
import { judgeProtectedPath, judgeProtectedTree } from '../rules/governance.ts';
import { judgeStartupWrite } from '../rules/persistence.ts';
import { judgeTreeDeletion } from '../rules/remove.ts';
import type { Scene } from '../scene.ts';

/** What a tool does with the paths that it is given, as its name says. */
export interface ToolUse {
  readonly writes: boolean;
  /** It deletes, moves or copies: a folder above what is protected counts too. */
  readonly takes: boolean;
  readonly deletesFolders: boolean;
  /** Its queries are SQL. */
  readonly sql: boolean;
}

/** Judges one path argument of a file tool. */
export function judgePathArgument(text: string, kind: 'path' | 'uri', use: ToolUse, scene: Scene): void {
  if (kind === 'uri' && !/^file:/i.test(text)) return;
  if (text.length > 4096 || text.includes('\n')) return;
  const path = /^file:/i.test(text) ? `file:${text.slice(5)}` : percentDecoded(text);
  if (scene.protectedPaths.mayName(path, scene.folder)) {
    judgeProtectedPath(hasGlob(path) ? literalHead(path) : path, scene.folder, scene);
    if (hasGlob(path) && use.writes) judgeProtectedPath(path, scene.folder, scene);
  }
  if (use.writes) judgeStartupWrite(path, scene.folder, scene);
  if (use.deletesFolders) judgeTreeDeletion(path, scene.folder, scene);
  if (!use.takes) return;
  judgeProtectedTree(path, scene.folder, scene);
  const full = resolvePath(scene.folder, path, scene.home);
  if (scene.files.has(full)) scene.moved.add(full);
}

/** The folders of a glob before its first pattern: `services/**` begins in `services`. */
function literalHead(path: string): string {
  const parts = path.split('/');
  // A brace or a bracket that spans a slash is a pattern in no part alone: `{services/a,b}`.
  const first = parts.findIndex((part) => hasGlob(part) || /[*?[{]/.test(part));
  if (first === -1) return path;
  // A pattern that is mostly letters still names something: `serv?ces/x.yaml`.
  return parts[first]!.replace(/[^A-Za-z.]/g, '').length > 2 ? path : parts.slice(0, first).join('/');
}

function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
