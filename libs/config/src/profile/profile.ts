import type { Secret } from '@gatehouse/kernel';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What differs between environments. */
export interface Profile {
  readonly name: string;
  readonly mode: 'evaluation' | 'production';
  /** Where to listen; `localhost` is 127.0.0.1 and ::1. */
  readonly host: string;
  readonly port: number;
  /** An origin, without a slash at its end: `http://localhost:8080`. */
  readonly publicUrl: string;
  /** The operator's own PostgreSQL; null: the embedded one. */
  readonly databaseUrl: Secret<string> | null;
  /** Hosts, addresses and ranges that requests may leave for although they would be refused. */
  readonly outboundAllow: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` is believed; none: nobody's. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** Relative to the installation; null for the built-in `local`. */
  readonly source: string | null;
}
