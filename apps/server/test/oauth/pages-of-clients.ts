import type { Configuration } from '@gatehouse/config';

/** With hosts whose pages may describe clients; `outboundAllow`: addresses that may be reached, though no public ones. */
export function withPagesFrom(
  configuration: Configuration,
  clientDocumentHosts: readonly string[],
  outboundAllow: readonly string[],
): Configuration {
  const { profile, services } = configuration;
  const { settings } = services;
  const oauth = { ...settings.oauth, clientDocumentHosts };
  return {
    ...configuration,
    profile: { ...profile, outboundAllow },
    services: { ...services, settings: { ...settings, oauth } },
  };
}
