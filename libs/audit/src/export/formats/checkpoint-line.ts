import type { AnchorRecord } from '../../anchors/anchor.ts';
import { ECS_VERSION } from './ecs.ts';
import type { EventOrigin, ExportFormat } from './export-format.ts';
import { OCSF_VERSION } from './ocsf.ts';
import { syslogLine } from './syslog.ts';
import { visibleJson } from './visible-text.ts';

const MESSAGE = 'A signed checkpoint of the audit log.';

/**
 * A checkpoint as one line of the format, whole: `audit verify --checkpoint` finds it in lines of JSON. CEF has it in
 * base64, since its text has lines.
 */
export function checkpointLine(
  record: AnchorRecord,
  format: ExportFormat,
  origin: EventOrigin,
  id: string,
): string {
  switch (format) {
    case 'ndjson':
      return visibleJson({ id, ...record });
    case 'ocsf':
      return visibleJson(ocsf(record, origin, id));
    case 'ecs':
      return visibleJson(ecs(record, origin, id));
    case 'cef':
      return cef(record, origin);
    case 'syslog':
      return syslogLine(
        { severity: 'informational', at: record.at, event: record.event },
        origin,
        cef(record, origin),
      );
  }
}

function ocsf(record: AnchorRecord, { version }: EventOrigin, id: string): object {
  return {
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    activity_id: 99,
    activity_name: record.event,
    type_uid: 600_399,
    type_name: 'API Activity: Other',
    time: Date.parse(record.at),
    timezone_offset: 0,
    severity_id: 1,
    severity: 'Informational',
    status_id: 1,
    status: 'Success',
    message: MESSAGE,
    metadata: {
      version: OCSF_VERSION,
      uid: id,
      event_code: record.event,
      log_name: 'audit_log',
      log_provider: 'gatehouse',
      original_time: record.at,
      product: { name: 'Gatehouse', vendor_name: 'Gatehouse', version },
    },
    actor: { app_name: 'gatehouse' },
    api: { operation: record.event, service: { name: 'gatehouse' } },
    src_endpoint: { svc_name: 'gatehouse' },
    unmapped: { size: record.size, checkpoint: record.checkpoint },
  };
}

function ecs(record: AnchorRecord, { version, host }: EventOrigin, id: string): object {
  return {
    '@timestamp': record.at,
    ecs: { version: ECS_VERSION },
    message: MESSAGE,
    event: {
      id,
      kind: 'event',
      category: ['configuration'],
      type: ['info'],
      action: record.event,
      outcome: 'success',
      severity: 1,
      provider: 'gatehouse',
      module: 'gatehouse',
      dataset: 'gatehouse.audit',
    },
    service: { name: 'gatehouse', type: 'gatehouse', version },
    observer: { vendor: 'Gatehouse', product: 'Gatehouse', type: 'governance', version, hostname: host },
    gatehouse: { size: record.size, checkpoint: record.checkpoint },
  };
}

function cef({ at, size, checkpoint, event }: AnchorRecord, { version }: EventOrigin): string {
  const note = Buffer.from(checkpoint).toString('base64').replaceAll('=', '\\=');
  return (
    `CEF:0|Gatehouse|Gatehouse|${version}|${event}|${MESSAGE}|2|rt=${Date.parse(at)} cat=${event} ` +
    `cn1Label=seals cn1=${size} cs1Label=checkpointBase64 cs1=${note}`
  );
}
