import { isCertainlyGenerated } from '../judge/assigned-value.ts';
import type { SecretRule } from '../rule.ts';

const ELEMENT = 'secret|password|passwd|passphrase|token|api-?key|access-?key|private-?key|client-?secret';

/** Credentials in elements. One that is all of its element's text is found by the element's name, as any other. */
export const markupRules: readonly SecretRule[] = [
  {
    id: 'element-secret',
    description: 'Generated value at the end of the text of an element such as secret or apiKey',
    keywords: [
      '<secret>',
      '<password>',
      '<passwd>',
      '<passphrase>',
      '<token>',
      '<api',
      '<access',
      '<private',
      '<client',
    ],
    pattern: new RegExp(
      `<(?:${ELEMENT})>\\s{0,16}\\{?[^<>{}\\n]{1,80}\\s([^\\s<>{}]{16,512})\\}?\\s{0,16}<\\/`,
      'i',
    ),
    glued: 'any',
    confidence: 'medium',
    judge: isCertainlyGenerated,
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
  {
    id: 'jenkins-encrypted-secret',
    description: 'Secret of a Jenkins credentials file, opened by the master key beside it',
    keywords: ['{aqaaab'],
    pattern: /\{(AQAAAB[A-Za-z0-9+/]{30,2000}={0,2})\}/,
    glued: 'any',
    confidence: 'medium',
    source: 'https://www.jenkins.io/doc/developer/security/secrets/',
  },
];
