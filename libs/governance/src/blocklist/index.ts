export type { BlocklistCall, BlocklistFinding, ProtectedPaths, ScriptMemory } from './blocklist-call.ts';
export { type Blocklist, compileBlocklist } from './compile.ts';
