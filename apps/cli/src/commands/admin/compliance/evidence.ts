import { Compliance, readPeriod } from '@gatehouse/compliance';
import { Flags } from '@oclif/core';
import { evidenceReport } from '../../../compliance/compliance-report.ts';
import { GatehouseCommand } from '../../../gatehouse-command.ts';
import type { Report } from '../../../report/report.ts';
import { writeNewFile } from '../../../report/write-new-file.ts';

export default class AdminComplianceEvidence extends GatehouseCommand<typeof AdminComplianceEvidence> {
  static override summary = "Write a signed document of a framework's controls and the evidence for them.";
  static override description =
    'Control, question, number and hash of the rows, result. Beside it a note over its hash, signed with the key of the audit log.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --framework soc2 --period 2026-Q3',
    '<%= config.bin %> <%= command.id %> --framework hipaa --period 2026-09 --output hipaa.json',
  ];
  static override flags = {
    framework: Flags.string({ required: true, description: 'Such as soc2, iso27001, hipaa, owasp-agentic.' }),
    period: Flags.string({ required: true, description: '2026, 2026-Q3, 2026-09, a day, or FROM..TO.' }),
    output: Flags.string({
      char: 'o',
      description: 'A file that does not exist yet; named after both when left out.',
    }),
  };

  protected override readonly leaveOut = [];

  protected override async report(): Promise<Report> {
    const operator = await this.operator('audit:read:all');
    const { framework, period, output = `${framework}-${period}.json` } = this.flags;
    const compliance = operator.get(Compliance);
    const report = await compliance.report(framework, readPeriod(period));
    const bundle = await compliance.bundle(report);
    await writeNewFile(output, bundle.text);
    await writeNewFile(`${output}.note`, bundle.note);
    return evidenceReport(report, bundle, output);
  }
}
