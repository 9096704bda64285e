import { ScannedValue } from '@gatehouse/audit';
import { loadConfiguration } from '@gatehouse/config';
import { compilePolicy, ORDERED_CHECKS, runChecks } from '@gatehouse/governance';
import type { Principal } from '@gatehouse/identity';
import { isJsonObject, type JsonValue, parseStrictJson } from '@gatehouse/kernel';
import { createScanner } from '@gatehouse/secret-scanner';

/** The five checks alone, on one core: `root`, a hook's JSON and how many calls come as parameters. Prints microseconds. */
const [root = '', body = '', calls = '0'] = process.argv.slice(2);
const configuration = await loadConfiguration({ root, environment: { HOME: '/nonexistent' } });
const policy = compilePolicy(configuration.services.governance, configuration);
const scanner = createScanner({ fingerprintKey: Buffer.alloc(32, 1) });
const principal = {
  kind: 'access_token',
  role: 'admin',
  agentId: null,
  agents: [] as Principal['agents'],
  scopes: null,
  department: null,
} as Principal;
/** A session that has written nothing yet which would be denied if it ran: what it writes is judged for that. */
const scripts = { files: new Map<string, string>(), keep: () => undefined };
const budget = { limit: 3000, remaining: 2999, retryAfterMs: 0, granted: true, ceiling: 'session' } as const;

function callOf(text: string) {
  const parsed = parseStrictJson(text);
  if (!parsed.ok || !isJsonObject(parsed.value)) throw new Error('no hook');
  const { tool_name: action, tool_input: input, cwd } = parsed.value;
  return {
    action: action as string,
    tool: action as string,
    server: null,
    input: input as JsonValue,
    cwd: cwd as string,
  };
}

const call = callOf(body);
const times = new Float64Array(Number(calls));
for (let i = -20_000; i < times.length; i += 1) {
  const startedAt = performance.now();
  const scanned = ScannedValue.of(scanner, call.input);
  const verdict = runChecks(ORDERED_CHECKS, {
    credential: { ok: true, principal },
    call,
    scanned,
    policy,
    budget,
    scripts,
  });
  if (i >= 0) times[i] = (performance.now() - startedAt) * 1000;
  if (verdict.decision !== 'allow') throw new Error(JSON.stringify(verdict));
}
times.sort();
process.stdout.write(
  JSON.stringify({ p50Us: times[times.length >> 1], p99Us: times[Math.floor(times.length * 0.99)] }),
);
