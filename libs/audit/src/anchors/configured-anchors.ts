import type { AnchorSettings } from '@gatehouse/config';
import type { Anchor, AnchorRecord } from './anchor.ts';
import { fileAnchor } from './file-anchor.ts';
import { logAnchor } from './log-anchor.ts';
import { syslogAnchor } from './syslog-anchor.ts';

export function configuredAnchors(
  settings: AnchorSettings,
  log: (record: AnchorRecord) => void,
): readonly Anchor[] {
  return [
    ...(settings.log ? [logAnchor(log)] : []),
    ...(settings.file === null ? [] : [fileAnchor(settings.file)]),
    ...(settings.syslog ? [syslogAnchor()] : []),
  ];
}
