/**
 * Test files that get a process of their own; the others of a project share one, in which each import is loaded once.
 * These replace a module, set the clock (identifiers never go back in a process), look at the memory of the process, or
 * read what the server logs (its logger outside of requests is made once in a process, with the level and the output of
 * the first server there). The check of shared processes asks for a place here.
 */
export const SPECS_ALONE = [
  'apps/server/test/attacks/t17-streams.int.spec.ts',
  'apps/server/test/attacks/t22-pages-of-clients.int.spec.ts',
  'apps/server/test/attacks/t24-every-column.int.spec.ts',
  'apps/server/test/attacks/t26-clock.int.spec.ts',
  'apps/server/test/audit/traces.int.spec.ts',
  'apps/server/test/faults/clock-a-year-off.int.spec.ts',
  'apps/server/test/fuzz/hook-body.int.spec.ts',
  'apps/server/test/fuzz/mcp-door.int.spec.ts',
  'apps/server/test/own-secrets/every-field.int.spec.ts',
  'apps/server/test/own-secrets/every-place.int.spec.ts',
  'libs/audit/test/counts/call-counts.int.spec.ts',
  'libs/audit/test/months.int.spec.ts',
  'libs/audit/test/retention.int.spec.ts',
  'libs/mcp-spawner/src/pool/children-that-misbehave.spec.ts',
  'libs/mcp-spawner/test/cycles/cycles.int.spec.ts',
];
