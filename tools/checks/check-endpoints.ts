import type { Check, Finding } from './check.ts';
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts';
import { child, children, lineAt, nameOf, parseFile, type SyntaxNode, stringOf, walk } from './syntax.ts';

const HTTP_DECORATORS = new Set([
  'Get',
  'Post',
  'Put',
  'Patch',
  'Delete',
  'Head',
  'Options',
  'Search',
  'All',
  'Sse',
]);
const ROUTE_METHODS = new Set(['route', 'get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'all']);
const RAW_ROUTES = 'apps/server/src/access/raw-routes.ts';

/**
 * Endpoints that say neither which permission they need nor that they are public. A controller's method, or its class,
 * carries `@RequirePermission('…')` or `@Public()`; a route registered by hand stands in the table of `raw-routes.ts`,
 * an entry of which has a `route` such as `POST /api/v1/hooks/govern` and says in `access` who may use it.
 */
export function checkEndpoints(files: readonly SourceFile[]): Finding[] {
  const table = files.find((file) => file.path === RAW_ROUTES);
  const declared = table === undefined ? new Set<string>() : declaredRoutes(parseFile(table));
  const undeclared = table === undefined ? [] : incompleteEntries(table);
  return [
    ...undeclared,
    ...files
      .filter((file) => file.path !== RAW_ROUTES && !isTestFile(file.path))
      .flatMap((file) => {
        const program = parseFile(file);
        return [...controllerFindings(file, program), ...rawRouteFindings(file, program, declared)];
      }),
  ];
}

function controllerFindings(file: SourceFile, program: SyntaxNode): Finding[] {
  const findings: Finding[] = [];
  walk(program, (node) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return;
    for (const method of children(child(node, 'body'), 'body')) {
      const decorators = decoratorNames(method);
      if (!decorators.some((name) => HTTP_DECORATORS.has(name))) continue;
      const access = accessOf(method) ?? accessOf(node);
      if (access === 'declared') continue;
      const name = nameOf(child(method, 'key')) ?? 'a method';
      findings.push({
        file: file.path,
        line: lineAt(file.text, method.start),
        message:
          access === 'unclear'
            ? `${name}: either one @RequirePermission('…') with a literal permission, or @Public()`
            : `${name} is an endpoint without @RequirePermission('…') or @Public()`,
      });
    }
  });
  return findings;
}

function accessOf(node: SyntaxNode): 'declared' | 'unclear' | null {
  const access = decoratorCalls(node).filter(({ name }) => name === 'RequirePermission' || name === 'Public');
  const [only, ...more] = access;
  if (only === undefined) return null;
  if (more.length > 0) return 'unclear';
  const [permission] = children(only.call, 'arguments');
  return only.name === 'Public' || stringOf(permission ?? null) ? 'declared' : 'unclear';
}

function decoratorCalls(node: SyntaxNode): { name: string; call: SyntaxNode }[] {
  return children(node, 'decorators').flatMap((decorator) => {
    const call = child(decorator, 'expression');
    const name = nameOf(child(call, 'callee'));
    return call !== null && name !== null ? [{ name, call }] : [];
  });
}

function decoratorNames(node: SyntaxNode): string[] {
  return decoratorCalls(node).map(({ name }) => name);
}

function rawRouteFindings(file: SourceFile, program: SyntaxNode, declared: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  walk(program, (node) => {
    const route = registeredRoute(node);
    if (route === null || declared.has(route)) return;
    findings.push({
      file: file.path,
      line: lineAt(file.text, node.start),
      message: `${route} is registered by hand and not listed in ${RAW_ROUTES}`,
    });
  });
  return findings;
}

/** A Fastify registration as `METHOD /path`: `x.route({ method, url })`, `x.post('/path', handler)`. */
function registeredRoute(node: SyntaxNode): string | null {
  if (node.type !== 'CallExpression') return null;
  const callee = child(node, 'callee');
  const method = callee?.type === 'MemberExpression' ? nameOf(child(callee, 'property')) : null;
  const [first, ...rest] = children(node, 'arguments');
  if (method === null || !ROUTE_METHODS.has(method) || first === undefined) return null;
  if (method !== 'route') return rest.length > 0 && looksLikePath(first) ? describe(method, first) : null;
  if (first.type !== 'ObjectExpression' || property(first, 'url') === null) return null;
  return describe(stringOf(property(first, 'method')) ?? '(computed)', property(first, 'url'));
}

function describe(method: string, url: SyntaxNode | null): string {
  return `${method.toUpperCase()} ${stringOf(url) ?? '(computed)'}`;
}

function looksLikePath(node: SyntaxNode): boolean {
  if (node.type !== 'TemplateLiteral') return (stringOf(node) ?? '').startsWith('/');
  const [start] = children(node, 'quasis');
  const value = start?.value;
  return typeof value === 'object' && value !== null && 'raw' in value && String(value.raw).startsWith('/');
}

function property(object: SyntaxNode, name: string): SyntaxNode | null {
  const found = children(object, 'properties').find((entry) => nameOf(child(entry, 'key')) === name);
  return child(found ?? null, 'value');
}

function tableEntries(program: SyntaxNode): { node: SyntaxNode; route: string; complete: boolean }[] {
  const entries: { node: SyntaxNode; route: string; complete: boolean }[] = [];
  walk(program, (node) => {
    const route = node.type === 'ObjectExpression' ? stringOf(property(node, 'route')) : null;
    if (route !== null) entries.push({ node, route, complete: Boolean(stringOf(property(node, 'access'))) });
  });
  return entries;
}

function declaredRoutes(program: SyntaxNode): Set<string> {
  return new Set(tableEntries(program).map(({ route }) => route));
}

function incompleteEntries(table: SourceFile): Finding[] {
  return tableEntries(parseFile(table))
    .filter(({ complete }) => !complete)
    .map(({ node, route }) => ({
      file: table.path,
      line: lineAt(table.text, node.start),
      message: `${route} does not say who has access`,
    }));
}

export const endpoints: Check = {
  name: 'every endpoint declares its permission or that it is public',
  run: (root) => checkEndpoints(readSourceFiles(root, ['apps/server/src'])),
};
