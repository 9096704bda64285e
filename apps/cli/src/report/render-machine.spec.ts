import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderJson, renderYaml } from './render-machine.ts';
import { cardReport, tableReport } from './report.ts';

const HOSTILE = 'x\u001b[2J\u009b\u202e\u{e0041}\r\ny: "z" # \\ \ud800';
const hostile = cardReport('A card', {
  [HOSTILE]: HOSTILE,
  list: [HOSTILE],
  plain: 'a\nb',
  n: 1.5,
  no: null,
});

it('gives scripts the envelope', () => {
  const report = tableReport({ title: 'Users', key: 'users', columns: ['id'], rows: [{ id: 'a' }] });
  expect(JSON.parse(renderJson(report))).toEqual({
    data: { users: [{ id: 'a' }] },
    artifact_type: 'table',
    title: 'Users',
    hints: { columns: ['id'] },
  });
});

it.each([
  ['JSON', (text: string): unknown => JSON.parse(text), async () => renderJson(hostile)],
  ['YAML', (text: string): unknown => parse(text), () => renderYaml(hostile)],
])('keeps hostile values whole in %s and lets none reach the terminal', async (_, read, render) => {
  const text = await render();
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  expect(read(text)).toMatchObject({ data: hostile.data });
});
