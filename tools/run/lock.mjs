#!/usr/bin/env node
/** `npm run lock`: completes `package-lock.json` after a change of dependencies, so that `npm ci` takes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock } from '../build/complete-lock.mjs';

const file = process.argv[2] ?? new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: completeLock(lock.packages) }, null, 2)}\n`);
