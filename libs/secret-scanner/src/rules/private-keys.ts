import type { SecretRule } from '../rule.ts';

const BREAK = '(?:\\s|\\\\{1,4}[nrt]|&#(?:10|13|x[aAdD]);|["\'`+,]){0,48}';

/** Private keys in text form. A header with any base64 after it is one, whole or not. */
export const privateKeyRules: readonly SecretRule[] = [
  {
    id: 'private-key',
    description: 'PEM private key (RFC 7468, PKCS #1, PKCS #8, SEC 1, OpenSSH)',
    keywords: ['-----begin '],
    pattern: new RegExp(
      `-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----${BREAK}(?:(?:Proc-Type|DEK-Info|Comment|X-[\\w-]{1,40}):[^\\n\\\\]{0,200}${BREAK}){0,4}[A-Za-z0-9+/](?:[A-Za-z0-9+/=\\s"'\`,]|\\\\{1,4}[nrt]|&#(?:10|13|x[aAdD]);){7,24000}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?`,
    ),
    glued: 'any',
    judge: () => true,
    confidence: 'high',
    source: 'https://www.rfc-editor.org/rfc/rfc7468#section-10',
  },
  {
    id: 'pgp-private-key',
    description: 'PGP private key block (RFC 9580 armor)',
    keywords: ['-----begin pgp private key'],
    pattern: new RegExp(
      `-----BEGIN PGP PRIVATE KEY BLOCK-----${BREAK}(?:(?:Version|Comment|Hash|Charset|MessageID):[^\\n\\\\]{0,200}${BREAK}){0,6}[A-Za-z0-9+/](?:[A-Za-z0-9+/=\\s"'\`,]|\\\\{1,4}[nrt]|&#(?:10|13|x[aAdD]);){7,40000}(?:-----END PGP PRIVATE KEY BLOCK-----)?`,
    ),
    glued: 'any',
    judge: () => true,
    confidence: 'high',
    source: 'https://www.rfc-editor.org/rfc/rfc9580#section-6.2',
  },
  {
    id: 'ssh2-private-key',
    description: 'Private key in the format of SSH Communications (ssh.com)',
    keywords: ['---- begin ssh2 '],
    pattern:
      /---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----(?:\s|\\[nr]){1,4}(?:(?:Comment|Subject):[^\n\\]{0,200}(?:\s|\\[nr]){1,4}){0,2}[A-Za-z0-9+/][A-Za-z0-9+/=\s\\]{7,12000}(?:---- END SSH2 (?:ENCRYPTED )?PRIVATE KEY ----)?/,
    glued: 'any',
    judge: () => true,
    confidence: 'high',
    source: 'https://www.rfc-editor.org/rfc/rfc4716#section-3.3',
  },
  {
    id: 'putty-private-key',
    description: 'PuTTY private key file',
    keywords: ['private-lines: '],
    pattern:
      /Private-Lines: [0-9]{1,4}(?:\s|\\[nr]){1,4}[A-Za-z0-9+/][A-Za-z0-9+/=\s\\]{30,12000}(?:Private-(?:MAC|Hash): [0-9a-f]{40,64})?/,
    judge: () => true,
    confidence: 'high',
    source: 'https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html',
  },
  {
    id: 'age-secret-key',
    description: 'age identity',
    keywords: ['age-secret-key-1'],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/,
    confidence: 'high',
    source: 'https://github.com/C2SP/C2SP/blob/main/age.md',
  },
  {
    id: 'pkcs12-key-store',
    description: 'PKCS #12 key store in base64 (RFC 7292)',
    // Version 3, then authenticated contents of type data: the same bytes in every file.
    keywords: ['gcsqgsib3dqeha'],
    lookback: [15],
    pattern: /MII[A-Za-z0-9+/]{3}IBAzCC[A-Za-z0-9+/]{3}GCSqGSIb3DQEHA[A-Za-z0-9+/\s]{20,24000}={0,2}/,
    glued: 'any',
    judge: () => true,
    confidence: 'medium',
    source: 'https://www.rfc-editor.org/rfc/rfc7292#section-4',
  },
];
