export type { BlocklistCall, BlocklistFinding, ProtectedPaths } from './blocklist-call.ts';
export { type Blocklist, compileBlocklist } from './compile.ts';
