export {
  leafOf,
  openNote,
  readAnchors,
  readBundle,
  readKeys,
  readReceipts,
  verifyRecords,
} from '../verifier/verify.mjs';
export type { CallEquation } from './accounting/call-accounting.ts';
export { type RecordedCalls, recordedCalls } from './accounting/recorded-calls.ts';
export type { AnchorRecord } from './anchors/anchor.ts';
export { AuditModule } from './audit.module.ts';
export type {
  AuditEntry,
  AuditReceipt,
  AuditResult,
  CallStatus,
  RuleOutcome,
  SealReceipt,
} from './audit-entry.ts';
export { AUDIT_EVENTS, type AuditEvent } from './audit-event.ts';
export { AuditLog, type AuditLogOptions, type AuditLogStatus } from './audit-log.ts';
export {
  AuditBundles,
  type AuditKey,
  type VerifyOptions,
  type VerifyReport,
} from './bundle/audit-bundles.ts';
export type { BundleRecord } from './bundle/bundle-record.ts';
export type { RowProof } from './bundle/row-proof.ts';
export { CallCounting, type CallCountingOptions } from './counts/call-counting.ts';
export { AuditExportModule } from './export/audit-export.module.ts';
export { AuditExport, type AuditExportOptions } from './export/audit-export.ts';
export { type StoredSink, storedSinks } from './export/export-place.ts';
export { ExportPlaces } from './export/export-places.ts';
export { callSpanId } from './export/formats/call-span.ts';
export { csvLine } from './export/formats/csv.ts';
export {
  type EventOrigin,
  EXPORT_FORMATS,
  type ExportFormat,
  exportLine,
  isJsonFormat,
} from './export/formats/export-format.ts';
export { visibleJson } from './export/formats/visible-text.ts';
export type { SinkState, SinkStatus } from './export/sink-run.ts';
export { currentTraceId, inTrace } from './logs/current-trace.ts';
export type { LogPage, LogSummary } from './logs/log.queries.ts';
export type { LogFilter } from './logs/log-filter.ts';
export { LOG_LEVELS, type LogLevel } from './logs/log-level.ts';
export { LogReader } from './logs/log-reader.ts';
export type { LogRow } from './logs/log-row.ts';
export { LogStore, type LogStoreStatus } from './logs/log-store.ts';
export { AuditMonths, type MadeMonth } from './partitions/audit-months.ts';
export { POLICIES, type Policy } from './policy.ts';
export { type AuditCursor, cursorText, readCursor } from './read/audit-cursor.ts';
export type { AuditFilter, AuditPage, AuditVisibility } from './read/audit-filter.ts';
export { AuditReader } from './read/audit-reader.ts';
export type { AuditRow } from './read/audit-row.ts';
export type { SealedRows } from './read/audit-seals.queries.ts';
export type { CallPerformance } from './read/call-performance.queries.ts';
export { ContentReveals, type Revealed, type RevealRequest } from './read/content-reveals.ts';
export type { CallFilter, CallStatistics, GovernedCallRow, TraceSummary } from './read/governed-call.ts';
export { ReaderSight } from './read/reader-sight.ts';
export { type SightedConnection, SightedReads } from './read/sighted-reads.ts';
export { notingRows } from './receipt/noted-receipts.ts';
export { type CommittedRow, type RowReceipt, receiptText, rowReceipts } from './receipt/row-receipt.ts';
export type { Hold } from './retention/retention.queries.ts';
export { type HoldScope, Retention, type RetentionPlan } from './retention/retention.ts';
export { RetentionTimer } from './retention/retention-timer.ts';
export { sameInput } from './row/same-input.ts';
export { ScannedValue } from './scanned-value.ts';
export { SCANNER } from './scanner.token.ts';
export { AuditSigning, type AuditSigningOptions, type SigningStatus } from './signing/audit-signing.ts';
export type { NewLog } from './signing/begin-log.ts';
export type { RotatedKey } from './signing/signer-child.ts';
export type { StorageLevel } from './storage/storage-level.ts';
export {
  type DatabaseMeasure,
  type StorageStatus,
  StorageWatch,
  type StorageWatchOptions,
} from './storage/storage-watch.ts';
export { systemContext } from './system-context.ts';
export type { SummaryCause } from './writer/summary.ts';
export { WrittenTexts } from './written-texts.ts';
