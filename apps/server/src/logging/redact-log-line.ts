import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';

/**
 * A line of the log without credentials: taken out of its members as they were before they became JSON, since escapes
 * of JSON over another encoding are no encoding that anybody looks for, and out of the line as it is.
 */
export function redactLogLine(scanner: Scanner, line: string): string {
  return scanner.redactText(withoutInMembers(scanner, line)).text;
}

function withoutInMembers(scanner: Scanner, line: string): string {
  let members: JsonValue;
  try {
    members = JSON.parse(line) as JsonValue;
  } catch {
    return line;
  }
  if (!isJsonObject(members)) return line;
  const { value } = scanner.redact(members);
  return value === members ? line : `${JSON.stringify(value)}\n`;
}
