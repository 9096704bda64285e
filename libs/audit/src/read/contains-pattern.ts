/** For `ilike`: what holds this part, every character of which stands for itself. */
export function containsPattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
