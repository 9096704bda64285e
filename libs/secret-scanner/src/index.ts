export { createScanner, type ScannerOptions } from './create-scanner.ts';
export type {
  AdjustableScanner,
  Finding,
  RedactedText,
  RedactedValue,
  Scanner,
  ScanReport,
} from './finding.ts';
export { KeywordAutomaton } from './keywords/keyword-automaton.ts';
export type { Confidence, SecretRule } from './rule.ts';
export { allRules } from './rules/all-rules.ts';
