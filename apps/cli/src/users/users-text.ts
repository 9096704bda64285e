import type { JsonObject, JsonValue } from '@gatehouse/kernel';

/** Users as a file. */
export function usersText(users: readonly JsonObject[], format: 'ndjson' | 'json' | 'csv'): string {
  if (format === 'json') return `${JSON.stringify(users, null, 2)}\n`;
  if (format === 'ndjson') return users.map((user) => `${JSON.stringify(user)}\n`).join('');
  const columns = ['id', 'email', 'display_name', 'role', 'department', 'status', 'created_at', 'updated_at'];
  return [columns, ...users.map((user) => columns.map((column) => cell(user[column])))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');
}

/** RFC 4180, and nothing that a spreadsheet would take for a formula (threat T25). */
function cell(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : '';
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
