import type { Framework, RetentionSettings } from '@gatehouse/config';

/**
 * Days for which a framework wants its evidence. Where its text names no number, what auditors ask for is taken.
 *   hipaa      45 CFR 164.316(b)(2)(i): six years
 *   pci_dss    PCI DSS 4.0.1, 10.5.1: twelve months
 *   sox        17 CFR 210.2-06: seven years
 *   eu_ai_act  Regulation (EU) 2024/1689, articles 19 and 26(6): six months
 *   soc2       no number; a report covers twelve months
 *   iso27001   no number; a certificate runs for three years
 */
export const FRAMEWORK_DAYS: Readonly<Record<Framework, number>> = {
  soc2: 366,
  iso27001: 1096,
  hipaa: 2192,
  pci_dss: 366,
  sox: 2557,
  eu_ai_act: 184,
};

export interface RetentionPeriod {
  readonly days: number;
  /** `audit_days`, or the framework that asks for more. */
  readonly rule: string;
}

/** How long audit rows are kept, and by which rule. */
export function retentionPeriod({ auditDays, frameworks }: RetentionSettings): RetentionPeriod {
  return frameworks.reduce<RetentionPeriod>(
    (longest, framework) =>
      FRAMEWORK_DAYS[framework] > longest.days
        ? { days: FRAMEWORK_DAYS[framework], rule: framework }
        : longest,
    { days: auditDays, rule: 'audit_days' },
  );
}
