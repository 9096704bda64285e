export { createScanner, type ScannerOptions } from './create-scanner.ts';
export type {
  AdjustableScanner,
  Finding,
  RedactedText,
  RedactedValue,
  Scanner,
  ScanReport,
} from './finding.ts';
export { KeywordSearch } from './keywords/keyword-search.ts';
export { ownRule, ownSecretOf } from './own/own-rule.ts';
export type { OwnSecretFinder, OwnSpan } from './own/own-search.ts';
export { type KnownOwnSecrets, type OwnSecretScanner, withOwnSecrets } from './own/own-secrets.ts';
export type { Confidence, SecretRule } from './rule.ts';
export { allRules } from './rules/all-rules.ts';
