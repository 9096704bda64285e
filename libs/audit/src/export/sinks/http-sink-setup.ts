import { type ExportSinkConfig, readOwnSecret } from '@gatehouse/config';
import type { OutboundClient } from '@gatehouse/outbound';
import { SinkFailure } from './sink.ts';

/** What the sinks that send over HTTP are made of. */
export interface HttpSinkSetup {
  readonly config: ExportSinkConfig;
  readonly outbound: Pick<OutboundClient, 'send'>;
  readonly host: string;
}

/**
 * The address, and the credential as its file holds it now, so that a rotated one is taken up by itself.
 * @throws AppError `CONFIG_SECRET_FILE`, SinkFailure `EXPORT_CREDENTIAL`
 */
export function destinationOf({ config }: HttpSinkSetup): { url: string; credential: string } {
  const credential = readOwnSecret(config.credentialFile ?? '').reveal();
  // A line break or another character that no header takes would be told with the header's value.
  if (!/^[\x21-\x7e]+$/.test(credential)) throw new SinkFailure('EXPORT_CREDENTIAL');
  return { url: config.url ?? '', credential };
}
