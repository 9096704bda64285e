import type { Check, Finding } from './check.ts';
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts';
import {
  child,
  children,
  lineAt,
  moduleSpecifiers,
  nameOf,
  parseFile,
  type SyntaxNode,
  walk,
} from './syntax.ts';

/** Modules that open connections or resolve names. */
const WAYS_OUT =
  /^(?:(?:node:)?(?:http|https|http2|net|tls|dgram|dns|dns\/promises)|undici|axios|got|ws|node-fetch)$/;
/** What of these modules opens no connection. */
const HARMLESS = new Set(['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'createServer', 'Server', 'STATUS_CODES']);
const GLOBALS = new Set(['fetch', 'WebSocket', 'EventSource']);

/** Files that speak with this installation's own server on this machine, or run where no library is. */
export const OWN_WAYS: Readonly<Record<string, string>> = {
  'apps/cli/src/server/server-http.ts': 'speaks with the installation’s own server',
  'apps/cli/bin/gatehouse-hook.mjs': 'a plain script that speaks with the server that it was installed for',
  'libs/secrets/src/warden/lifeline.ts': 'a socket that a warden was started with',
  'libs/catalog/src/hooks/server-proof.ts': 'asks the server that hooks were installed for',
};

/** Every way out but `OutboundClient`: modules that connect, and the global `fetch`. */
export function checkOutbound(
  files: readonly SourceFile[],
  ownWays: Readonly<Record<string, string>> = OWN_WAYS,
): Finding[] {
  return files
    .filter(
      ({ path }) => !path.startsWith('libs/outbound/') && !isTestFile(path) && ownWays[path] === undefined,
    )
    .flatMap((file) => {
      const findings: Finding[] = [];
      const add = (start: number, way: string) =>
        findings.push({
          file: file.path,
          line: lineAt(file.text, start),
          message: `${way} is a way out of its own; send through OutboundClient`,
        });
      const program = parseFile(file);
      const harmless = harmlessImports(program);
      for (const { specifier, start } of moduleSpecifiers(program)) {
        if (WAYS_OUT.test(specifier) && !harmless.has(start)) add(start, specifier);
      }
      walk(program, (node) => {
        const way = globalWay(node);
        if (way !== null) add(node.start, way);
      });
      return findings;
    });
}

/** Where imports stand that bring types, or nothing that connects. */
function harmlessImports(program: SyntaxNode): ReadonlySet<number> {
  const starts = new Set<number>();
  walk(program, (node) => {
    if (node.type !== 'ImportDeclaration') return;
    const specifiers = children(node, 'specifiers');
    const isHarmless = (specifier: SyntaxNode) =>
      specifier.importKind === 'type' || HARMLESS.has(nameOf(child(specifier, 'imported')) ?? '');
    if (node.importKind === 'type' || (specifiers.length > 0 && specifiers.every(isHarmless)))
      starts.add(node.start);
  });
  return starts;
}

function globalWay(node: SyntaxNode): string | null {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return null;
  const callee = child(node, 'callee');
  const isGlobal = nameOf(child(callee, 'object')) === 'globalThis';
  const name =
    callee?.type === 'Identifier' ? nameOf(callee) : isGlobal ? nameOf(child(callee, 'property')) : null;
  return name !== null && GLOBALS.has(name) ? name : null;
}

export const outbound: Check = {
  name: 'everything that leaves goes through the one outbound client',
  run: (root) =>
    checkOutbound(readSourceFiles(root, ['apps', 'libs']).filter(({ path }) => /\/(?:src|bin)\//.test(path))),
};
