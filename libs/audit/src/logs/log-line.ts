import {
  canonicalJson,
  isCorrelationId,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { cleanJson, cleanText } from '../row/clean-json.ts';
import { type LogLevel, logLevelOf } from './log-level.ts';

const MAX_MESSAGE = 8192;
const MAX_DETAILS = 16_384;
const MAX_MODULE = 64;
const MODULE = /^[A-Za-z0-9._:/-]{1,64}$/;

/** A line as the table `logs` takes it, its id aside. */
export interface LogLine {
  readonly ms: number;
  readonly level: LogLevel;
  readonly module: string;
  readonly message: string;
  readonly traceId: string | null;
  /** Canonical JSON text, or null. */
  readonly details: string | null;
}

/**
 * What a JSON line of pino says. Every string of it passes the scanner as part of its value (threat T24); what is no
 * JSON is kept as a message. Never throws.
 */
export function logLine(text: string, scanner: Scanner, nowMs: number): LogLine {
  const {
    level,
    time,
    pid: _pid,
    hostname: _hostname,
    context,
    msg: said,
    trace_id: traceId,
    ...members
  } = readLine(text, scanner);
  // Nest writes what is logged as an object with a message as it is, without pino's own member for it.
  const { message: told, ...others } = members;
  const [msg, rest] = said === undefined ? [told, others] : [said, members];
  return {
    ms: typeof time === 'number' && Number.isFinite(time) ? time : nowMs,
    level: logLevelOf(level),
    module: typeof context === 'string' && MODULE.test(context) ? context.slice(0, MAX_MODULE) : 'gatehouse',
    message: cleanText(messageOf(msg)).slice(0, MAX_MESSAGE),
    traceId: typeof traceId === 'string' && isCorrelationId(traceId) ? traceId : null,
    details: detailsOf(rest),
  };
}

function readLine(text: string, scanner: Scanner): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    const { value: redacted } = scanner.redact(isJsonObject(value) ? value : { msg: text });
    if (isJsonObject(redacted)) return redacted;
  } catch {
    // No JSON: below.
  }
  return { level: 50, msg: scanner.redactText(text).text };
}

function messageOf(msg: JsonValue | undefined): string {
  if (msg === undefined || msg === null) return '';
  return typeof msg === 'string' ? msg : JSON.stringify(msg);
}

function detailsOf(rest: JsonObject): string | null {
  if (Object.keys(rest).length === 0) return null;
  const whole = canonicalJson(cleanJson(rest).value);
  if (whole.length <= MAX_DETAILS) return whole;
  return canonicalJson({
    cut: true,
    bytes: Buffer.byteLength(whole),
    members: Object.keys(rest).slice(0, 50),
  });
}
