import type { LogFilter } from '../src/index.ts';
import type { KnownPlaces } from './known-places.ts';
import { RARE_TEXT } from './made-lines.ts';
import type { Question } from './questions.ts';

const DAY_MS = 86_400_000;

/** `infra logs view|search|stream|summary` and the lines of a trace. */
export function logQuestions({ logTrace }: KnownPlaces): readonly Question[] {
  const view = (name: string, filter: Partial<LogFilter>): Question => ({
    name: `logs: ${name}`,
    ask: ({ logs }) => logs.list({ limit: 50, ...filter }),
  });
  const minuteAgo = () => idAt(Date.now() - 60_000);
  return [
    view('newest', {}),
    view('warnings and errors', { level: 'warn' }),
    view('errors', { level: 'error' }),
    view('one module', { module: 'oauth' }),
    view('no such module', { module: 'nothing' }),
    view('a day ago', { before: idAt(Date.now() - DAY_MS) }),
    view('search, frequent', { text: 'completed' }),
    view('search, rare', { text: RARE_TEXT }),
    view('search, two letters', { text: 'qx' }),
    view('search, none', { text: 'nobody said this' }),
    view('search, frequent but not at that level', { text: RARE_TEXT, level: 'error' }),
    view('search in one module, none', { text: 'completed in 901 ms', module: 'oauth' }),
    { name: 'logs: stream, the last minute', ask: ({ logs }) => logs.after(minuteAgo(), { limit: 1000 }) },
    {
      name: 'logs: stream, one module that says nothing',
      ask: ({ logs }) => logs.after(minuteAgo(), { module: 'nothing', limit: 1000 }),
    },
    {
      name: 'logs: export, the first 200',
      ask: ({ logs }) => logs.after(idAt(0), { limit: 200 }),
    },
    { name: 'logs: of a trace', ask: ({ logs }) => logs.trace(logTrace) },
    { name: 'logs: of no trace', ask: ({ logs }) => logs.trace('f'.repeat(32)) },
    { name: 'logs: summary of a day', ask: ({ logs }) => logs.summary(new Date(Date.now() - DAY_MS)) },
  ];
}

function idAt(ms: number): string {
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
