import {
  type AuditRow,
  csvLine,
  EXPORT_FORMATS,
  type ExportFormat,
  exportLine,
  isJsonFormat,
  readAnchors,
} from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import { checkpointLine } from '../../src/export/formats/checkpoint-line.ts';
import { aCompletedRow, anAuditRow } from './an-audit-row.ts';
import { HOSTILE, hostileRow } from './hostile-row.ts';
import { ocsfProblems } from './ocsf-problems.ts';

const ORIGIN = { version: '0.1.0', host: 'gate-1.example', content: false };
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
describe.each(EXPORT_FORMATS)('a row as %s', (format) => {
  it.each(HOSTILE)('is one line in which %j acts on nobody', (text) => {
    const line = exportLine(hostileRow(text), format, ORIGIN);
    expect(line).not.toMatch(DECEPTIVE);
    if (isJsonFormat(format)) {
      expect(line).not.toMatch(/[<>&]/);
      expect(JSON.stringify(JSON.parse(line))).toContain(JSON.stringify(text).slice(1, 6));
    }
  });

  it('holds what was sent and what came back only where that is asked for', () => {
    for (const row of [anAuditRow(), aCompletedRow()]) {
      expect(exportLine(row, format, ORIGIN)).not.toMatch(/the (in|out)put"/);
      if (isJsonFormat(format))
        expect(exportLine(row, format, { ...ORIGIN, content: true })).toContain('the input');
    }
  });

  it('names row, trace, user, action and decision', () => {
    const line = exportLine(anAuditRow(), format, ORIGIN);
    const { id, trace_id: trace, user_id: user, action, policy } = anAuditRow();
    for (const part of [id, trace, user, action, policy, 'deny']) expect(line).toContain(part);
  });
});

describe('CEF', () => {
  /** As a collector reads it: seven header fields at unescaped bars, then `key=value` up to the next ` key=`. */
  function parseCef(line: string) {
    const header: string[] = [];
    let at = 0;
    for (let field = ''; header.length < 7; at += 1) {
      if (line[at] === '\\') {
        at += 1;
        field += line[at] ?? '';
      } else if (line[at] === '|') {
        header.push(field);
        field = '';
      } else field += line[at] ?? '';
    }
    const fields = new Map<string, string>();
    const extension = line.slice(at);
    const starts = [...extension.matchAll(/(?:^| )([A-Za-z][A-Za-z0-9]*)=/g)].filter(
      ({ index, 0: match }) => extension[index + match.length - 2] !== '\\',
    );
    for (const [number, { index, 0: match, 1: key = '' }] of starts.entries()) {
      const raw = extension.slice(index + match.length, starts[number + 1]?.index);
      fields.set(key, raw.replaceAll(/\\(.)/g, '$1'));
    }
    return { header, fields };
  }

  it.each(['a|b', 'a\\b', 'a=b', 'a\\|b=c\\', 'a b=c d'])('reads back %j as it was', (text) => {
    const { header, fields } = parseCef(
      exportLine(anAuditRow({ reason: text, action: text }), 'cef', ORIGIN),
    );
    expect(header.slice(0, 6)).toEqual([
      'CEF:0',
      'Gatehouse',
      'Gatehouse',
      '0.1.0',
      'tool_call.decided',
      text,
    ]);
    expect(header[6]).toBe('9');
    expect(fields.get('destinationServiceName')).toBe(text);
    expect(fields.get('externalId')).toBe(anAuditRow().id);
  });
});

it('ECS names the outcome and its kind in the words that the schema allows', () => {
  const event = (row: AuditRow) => JSON.parse(exportLine(row, 'ecs', ORIGIN)).event;
  expect(event(anAuditRow())).toMatchObject({
    kind: 'alert',
    category: ['api'],
    type: ['denied'],
    outcome: 'failure',
  });
  expect(event(aCompletedRow())).toMatchObject({
    kind: 'event',
    type: ['allowed'],
    outcome: 'success',
    duration: 13_000_000,
  });
  expect(
    event(anAuditRow({ event: 'user.created', policy: 'not_applicable', decision: 'allow' })),
  ).toMatchObject({ category: ['iam'], type: ['user', 'creation'] });
});

it('syslog has the head of RFC 5424, whatever the host is called', () => {
  const line = exportLine(anAuditRow(), 'syslog', { ...ORIGIN, host: 'a host\n' });
  expect(line).toMatch(/^<105>1 2026-11-22T22:42:51\.765Z ahost gatehouse - tool_call\.decided - CEF:0\|/);
});

describe('CSV', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@sum', `"'@sum"`],
    ['  =1', `"'  =1"`],
    ['\t=1', `"'\\u{9}=1"`],
    ['a"b', '"a""b"'],
    ['a,b', '"a,b"'],
    ['a\nb', 'a\\u{a}b'],
    [null, ''],
    [12, '12'],
    [{ a: 1 }, '"{""a"":1}"'],
  ])('writes %j as %s', (value, written) => {
    expect(csvLine([value])).toBe(written);
  });
});

describe('a checkpoint', () => {
  const record = {
    event: 'audit.checkpoint' as const,
    at: '2026-11-27T15:37:18.884Z',
    size: 4,
    checkpoint: 'gatehouse/audit/one\n4\nAAAA=\n\n\u2014 gatehouse/audit/one c2ln\n',
  };
  const origin = { version: '0.1.0', host: 'host', content: false };
  const line = (format: ExportFormat) => checkpointLine(record, format, origin, 'gatehouse/audit/one 1');

  it('in OCSF has what its class asks for, and nothing else', () => {
    expect(ocsfProblems(JSON.parse(line('ocsf')) as JsonObject)).toEqual([]);
  });

  it.each(['ndjson', 'ocsf', 'ecs'] as const)('in %s holds its note, character for character', (format) => {
    expect(readAnchors(line(format))).toEqual([record.checkpoint]);
  });

  it.each(['cef', 'syslog'] as const)('in %s holds its note in base64, in one line', (format) => {
    const base64 = / cs1=(\S+)$/.exec(line(format))?.[1]?.replaceAll('\\=', '=') ?? '';
    expect(Buffer.from(base64, 'base64').toString()).toBe(record.checkpoint);
    expect(line(format)).not.toContain('\n');
  });
});

describe('a span', () => {
  const spanOf = (row: AuditRow) =>
    JSON.parse(exportLine(row, 'span', ORIGIN)) as { spanId: string; parentSpanId?: string };

  it('of a question that a tool asks its client stands below the span of the call, under an id of its own', () => {
    const call = aCompletedRow();
    const own = spanOf(call).spanId;
    const question = (id: string) =>
      spanOf(aCompletedRow({ id, action: 'mcp__s__elicitation/create', evaluation: { parentSpan: own } }));
    const [one, two] = [
      question('01a2056d-30f5-7000-8000-000500000003'),
      question('01a2056d-30f5-7000-8000-000500000004'),
    ];
    expect([one.parentSpanId, two.parentSpanId]).toEqual([own, own]);
    expect(new Set([own, one.spanId, two.spanId]).size).toBe(3);
  });
});
