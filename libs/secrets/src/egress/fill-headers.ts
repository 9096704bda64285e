import { AppError } from '@gatehouse/kernel';
import { fillPlaceholders } from '../sealed/placeholder.ts';
import type { OpenedSecret } from '../warden/open-secrets.ts';

/** RFC 9110, section 5.5, without bytes beyond ASCII. */
const FIELD_VALUE = /^[\t\u0020-\u007e]*$/;

/** Headers with their secrets in place. @throws AppError `SECRETS_UNKNOWN`, `SECRETS_VALUE_REFUSED` */
export function fillHeaders(
  templates: Readonly<Record<string, string>>,
  secrets: readonly OpenedSecret[],
): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [header, template] of Object.entries(templates)) {
    const value = fillPlaceholders(template, (name) => {
      const secret = secrets.find((each) => each.name === name);
      if (secret === undefined) throw new AppError('SECRETS_UNKNOWN', `secret ${name} is not set`);
      return secret.value.toString('utf8');
    });
    if (!FIELD_VALUE.test(value)) {
      throw new AppError(
        'SECRETS_VALUE_REFUSED',
        `what header ${header} is filled with is no text on one line`,
      );
    }
    filled[header.toLowerCase()] = value;
  }
  return filled;
}
