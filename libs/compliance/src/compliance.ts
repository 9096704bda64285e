import { createHash } from 'node:crypto';
import { AuditSigning, ReaderSight } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration, type FrameworkConfig, readClaimStates } from '@gatehouse/config';
import { Database, withClient } from '@gatehouse/database';
import { AppError, canonicalJson, type JsonObject } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { type AssessedControl, assessControl } from './assessment/assess-control.ts';
import { type Evidence, gatherEvidence, hasRows, type Period } from './evidence/evidence.queries.ts';
import { EVIDENCE_QUERIES } from './evidence/evidence-query.ts';

const PURPOSE = 'compliance evidence';
const STATEMENT_MS = 600_000;

/** What the audit log shows of a framework's controls in a period. */
export interface ComplianceReport {
  readonly framework: FrameworkConfig;
  readonly period: Period;
  readonly controls: readonly AssessedControl[];
  readonly evidence: ReadonlyMap<string, Evidence>;
}

/** A report as bytes that anyone makes again from the same rows and files, and a signature over them. */
export interface EvidenceBundle {
  /** RFC 8785. */
  readonly text: string;
  readonly sha256: string;
  /** C2SP signed note over the hash. */
  readonly note: string;
  readonly vkey: string;
}

/** Controls and the evidence for them. Reads the audit log as role `reader`. */
@Injectable()
export class Compliance {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(Database) private readonly database: Database,
    @Inject(AuditSigning) private readonly signing: AuditSigning,
    @Inject(ReaderSight) private readonly sight: ReaderSight,
  ) {}

  frameworks(): readonly FrameworkConfig[] {
    return [...this.configuration.services.frameworks.values()];
  }

  /** @throws AppError `COMPLIANCE_FRAMEWORK_UNKNOWN` */
  async report(name: string, period: Period): Promise<ComplianceReport> {
    const framework = this.configuration.services.frameworks.get(name);
    if (framework === undefined) {
      const known = this.frameworks()
        .map(({ framework: each }) => each)
        .join(', ');
      throw new AppError(
        'COMPLIANCE_FRAMEWORK_UNKNOWN',
        `there is no framework ${JSON.stringify(name)}; there are: ${known}`,
      );
    }
    const queries = new Set(framework.controls.flatMap(({ evidence }) => evidence.map(({ query }) => query)));
    const { evidence, anyRows } = await this.#gather([...queries].sort(), period);
    const claims = readClaimStates(this.configuration.installation);
    const rowsOf = (query: string) => evidence.get(query)?.rows ?? 0;
    const controls = framework.controls.map((control) => assessControl(control, claims, rowsOf, anyRows));
    return { framework, period, controls, evidence };
  }

  /** The report as a signed document. */
  async bundle(report: ComplianceReport): Promise<EvidenceBundle> {
    const text = canonicalJson(bundleOf(report));
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { text, sha256, ...(await this.signing.attest(PURPOSE, sha256)) };
  }

  /** All questions in one snapshot, so that what is counted twice is counted alike. */
  async #gather(
    queries: readonly string[],
    period: Period,
  ): Promise<{ evidence: Map<string, Evidence>; anyRows: boolean }> {
    const config = {
      ...this.database.clientConfig('reader'),
      application_name: 'gatehouse compliance',
      statement_timeout: STATEMENT_MS,
    };
    return withClient(config, async (client) => {
      await client.query('begin transaction isolation level repeatable read read only');
      await this.sight.tell(client, { kind: 'all' });
      const evidence = new Map<string, Evidence>();
      for (const name of queries) {
        const query = EVIDENCE_QUERIES[name];
        if (query !== undefined) evidence.set(name, await gatherEvidence(client, query, period));
      }
      return { evidence, anyRows: await hasRows(client, period) };
    });
  }
}

/** No time of making and nothing else that differs from one making to the next. */
function bundleOf({ framework, period, controls, evidence }: ComplianceReport): JsonObject {
  return {
    type: 'gatehouse compliance evidence',
    version: 1,
    framework: framework.framework,
    title: framework.title,
    edition: framework.edition,
    catalogue: { file: framework.file, hash: framework.hash },
    period: { from: period.from.toISOString(), to: period.to.toISOString() },
    controls: controls.map((control) => ({
      ...control,
      reasons: [...control.reasons],
      claims: control.claims.map((claim) => ({ ...claim })),
      evidence: control.evidence.map((item) => ({ ...item })),
    })),
    queries: Object.fromEntries(
      [...evidence].map(([name, found]) => {
        const { title, events = null, policies = null, decision = null } = EVIDENCE_QUERIES[name]!;
        const { rows, rowsSha256, first, last, examples } = found;
        const asked = {
          title,
          events: events === null ? null : [...events],
          policies: policies === null ? null : [...policies],
          decision,
        };
        return [name, { ...asked, rows, rows_sha256: rowsSha256, first, last, examples: [...examples] }];
      }),
    ),
  };
}
