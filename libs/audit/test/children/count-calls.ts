/** A process that sums calls until it is killed: its connection comes as JSON on standard input. */

import { json } from 'node:stream/consumers';
import type pg from 'pg';
import { CallCounting } from '../../src/counts/call-counting.ts';

const config = (await json(process.stdin)) as pg.ClientConfig;
new CallCounting({ config, warn: () => undefined, everyMs: 1, rowsOfAStep: 20 }).start();
setInterval(() => undefined, 60_000);
