/** The eight domains of the CLI. */
const DOMAINS = new Set('core infra admin cloud analytics web plugins build'.split(' '));
/** The verbs that only read; anything else is for operators. */
const READS = new Set(
  'list ls show status view search tools validate whoami tables describe count query explain scan get logs audit stats overview summary trends lookup health version'.split(
    ' ',
  ),
);
const OPENS = /^--(?:reveal|token-only|token|force-new|output|out|file|write|fix|apply|yes)(?:=|$)/;

/** Whether arguments of the Gatehouse command only read. The domain comes first; a flag before it is not trusted. */
export function isReadOnlyCli(args: readonly string[]): boolean {
  const [first] = args;
  if (first === undefined || /^(?:--help|-h|--version|-v|help|version)$/.test(first)) return true;
  if (args.some((arg) => arg === '--help')) return true;
  if (!DOMAINS.has(first) || args.some((arg) => OPENS.test(arg))) return false;
  const words = args.slice(1);
  const flag = words.findIndex((word) => word.startsWith('-'));
  const path = flag < 0 ? words : words.slice(0, flag);
  const [noun, verb] = path;
  if (noun === undefined) return flag < 0;
  if (noun === 'logs' || noun === 'audit') return verb === undefined || READS.has(verb) || noun === 'audit';
  if (READS.has(noun) && path.length === 1) return true;
  // `plugins mcp list`, `infra db query "…"`, `admin users role show`.
  return (
    (verb !== undefined && READS.has(verb)) ||
    (path[2] !== undefined && /^(?:role|mcp|config|security)$/.test(verb ?? '') && READS.has(path[2]))
  );
}
