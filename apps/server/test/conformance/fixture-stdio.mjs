#!/usr/bin/env node
/** The conformance fixture on standard input and output. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { fixtureServer } from './fixture-server.mjs';

serveStdio(fixtureServer);
