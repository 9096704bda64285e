import type { McpServerConfig } from '@gatehouse/config';
import type { CageKind } from '../cage/cage-state.ts';
import { StderrRing } from '../children/stderr-ring.ts';
import {
  type DiscoveryStatus,
  type McpServerStatus,
  type ServerCounters,
  UNDISCOVERED,
} from './server-status.ts';

/** One configured server and what this process knows of it while it runs. */
export class RegisteredServer {
  readonly config: McpServerConfig;
  readonly stderr = new StderrRing();
  readonly counters: ServerCounters = {
    spawns: 0,
    restarts: 0,
    garbageLines: 0,
    oversizedLines: 0,
    strayAnswers: 0,
    requests: 0,
    notifications: 0,
    refusedRequests: 0,
  };
  discovery: DiscoveryStatus = UNDISCOVERED;
  /** Processes alive now, those of discovery runs included. */
  children = 0;
  /** In which kind of cage the last one was started; null before there was one. */
  cage: CageKind | null = null;

  constructor(config: McpServerConfig) {
    this.config = config;
  }

  get name(): string {
    return this.config.name;
  }

  status(): McpServerStatus {
    return {
      name: this.name,
      children: this.children,
      cage: this.cage,
      notEnforced: this.config.notEnforced,
      counters: { ...this.counters },
      ...this.discovery,
    };
  }
}
