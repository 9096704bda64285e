import InfraLogsAudit from '../audit/index.ts';

/** The same answer under the noun that lists requests: the id of a request is that of the row that decided it. */
export default class InfraLogsRequestShow extends InfraLogsAudit {
  static override summary = 'Show everything that is recorded of a request.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001',
    '<%= config.bin %> <%= command.id %> 01a2056e-50a8-7000-8000-000500000001 --full --json',
  ];
}
