import type { ProfileView } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';

export function profileData(profile: ProfileView): JsonObject {
  return {
    name: profile.name,
    active: profile.active,
    mode: profile.mode,
    host: profile.host,
    port: profile.port,
    public_url: profile.publicUrl,
    database_url: profile.databaseUrl,
    log_level: profile.logLevel,
    source: profile.source,
  };
}
