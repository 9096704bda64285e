#!/usr/bin/env node
/** The CLI as the server runs it for callers of its MCP server `gatehouse`: see `src/entries/run-for-caller.ts`. */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

process.on('SIGUSR1', () => {});
module.enableCompileCache(fileURLToPath(new URL('../dist/.compile-cache', import.meta.url)));
const { main } = await import('../dist/run-for-caller.js');
await main(import.meta.url);
