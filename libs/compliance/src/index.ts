export type { AssessedControl, AssessedEvidence, ControlResult } from './assessment/assess-control.ts';
export { ComplianceModule } from './compliance.module.ts';
export { Compliance, type ComplianceReport, type EvidenceBundle } from './compliance.ts';
export type { Evidence, Period } from './evidence/evidence.queries.ts';
export { EVIDENCE_QUERIES, type EvidenceQuery } from './evidence/evidence-query.ts';
export { readPeriod } from './period.ts';
