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
export {
  type KnownOwnSecrets,
  type OwnSecretFinder,
  type OwnSecretScanner,
  type OwnSpan,
  ownRule,
  ownSecretOf,
  withOwnSecrets,
} from './own/own-secrets.ts';
export type { Confidence, SecretRule } from './rule.ts';
export { allRules } from './rules/all-rules.ts';
