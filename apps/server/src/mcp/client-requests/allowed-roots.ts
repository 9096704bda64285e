import { fileURLToPath } from 'node:url';
import { type Installation, protectedPaths, protectedRootProblem } from '@gatehouse/config';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/**
 * A client's answer to `roots/list` as a server gets it: without folders that hold, or lie in, what governs it (threat T8),
 * and without what is no folder of files. How many were left out.
 */
export function allowedRoots(
  answer: JsonObject,
  installation: Installation,
): { readonly answer: JsonObject; readonly leftOut: number } {
  const roots: JsonValue = answer.roots ?? [];
  if (!Array.isArray(roots)) return { answer: { ...answer, roots: [] }, leftOut: 1 };
  const paths = protectedPaths(installation);
  const kept = (roots as readonly JsonValue[]).filter((root) => {
    const path = isJsonObject(root) ? pathOf(root.uri) : undefined;
    return path !== undefined && protectedRootProblem(installation, paths, path) === undefined;
  });
  return { answer: { ...answer, roots: kept }, leftOut: roots.length - kept.length };
}

function pathOf(uri: JsonValue | undefined): string | undefined {
  try {
    return typeof uri === 'string' && /^file:/i.test(uri) ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
