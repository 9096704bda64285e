/** A record of a bundle as a test that changes it sees it. */
export type Loose = Record<string, unknown> & { record: string };

const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789{}[]",: ';
/** Changes one record in one place; what says nothing that is sealed or signed is left alone. */
export function mutated(records: readonly Loose[], kind: string, at: number, where: number): Loose[] {
  const pool = records.flatMap((record, i) =>
    ['row', 'seal', 'checkpoint'].includes(record.record) ? [i] : [],
  );
  const i = pool[at % pool.length]!;
  const record = records[i]!;
  const same = pool.filter((other) => records[other]!.record === record.record);
  const copy = [...records];
  if (kind === 'delete') copy.splice(i, 1);
  if (kind === 'repeat') copy.splice(i, 0, record);
  if (kind === 'swap') {
    const other = same[(same.indexOf(i) + 1 + (where % (same.length - 1))) % same.length]!;
    [copy[i], copy[other]] = [records[other]!, record];
  }
  if (kind === 'edit') copy[i] = edited(record, where);
  return copy;
}

function edited(record: Loose, where: number): Loose {
  const names = Object.keys(record).filter((name) => !['record', 'held'].includes(name));
  const name = names[where % names.length]!;
  const value = record[name];
  if (name === 'note') {
    const text = value as string;
    return { ...record, note: changed(text, where % text.indexOf('\n\n')) };
  }
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const place = where % list.length;
    const item: unknown = list[place];
    list[place] =
      typeof item === 'string'
        ? changed(item, where)
        : [(item as unknown[])[0], Number((item as unknown[])[1]) + 1, (item as unknown[])[2]];
    return { ...record, [name]: list };
  }
  if (typeof value === 'number') return { ...record, [name]: value + 1 };
  return { ...record, [name]: value === null ? '' : changed(value as string, where) };
}

function changed(text: string, where: number): string {
  const at = where % Math.max(text.length, 1);
  const other = TEXT[(TEXT.indexOf(text[at] ?? '') + 1 + (where % (TEXT.length - 1))) % TEXT.length]!;
  return text.slice(0, at) + (other === text[at] ? '~' : other) + text.slice(at + 1);
}
