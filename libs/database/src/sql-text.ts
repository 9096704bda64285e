/** `text` as an SQL identifier. */
export function quoteIdentifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** `text` as an SQL string, for the statements that take no parameters. It may hold no backslash. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
