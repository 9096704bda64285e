import { type Installation, masterKeyFile } from '@gatehouse/config';
import type { KeyPlaces } from './key-files.ts';

/** Where this installation's keys are. */
export function keyPlacesOf(installation: Installation): KeyPlaces {
  const { file, source } = masterKeyFile(installation);
  return { keyDir: installation.keyDir, privateKeyFile: file, managed: source !== 'systemd credential' };
}
