import type { Check } from './check.ts';
import { claims } from './check-claims.ts';
import { consoleUse } from './check-console.ts';
import { dependencies } from './check-dependencies.ts';
import { endpoints } from './check-endpoints.ts';
import { environment } from './check-environment.ts';
import { fileHabits } from './check-files.ts';
import { libraryDoors } from './check-library-doors.ts';
import { libraryEdges } from './check-library-edges.ts';
import { outbound } from './check-outbound.ts';
import { sharedProcess } from './check-shared-process.ts';
import { thinEdges } from './check-thin-edges.ts';
import { threats } from './check-threats.ts';

/** Every rule that a machine keeps, in the order in which they are reported. */
export const ALL_CHECKS: readonly Check[] = [
  libraryEdges,
  libraryDoors,
  endpoints,
  environment,
  consoleUse,
  claims,
  dependencies,
  fileHabits,
  thinEdges,
  outbound,
  threats,
  sharedProcess,
];
