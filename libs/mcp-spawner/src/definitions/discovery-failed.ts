import { AppError } from '@gatehouse/kernel';

/** A discovery run that gave no definitions. Its message holds nothing that the server sent. */
export class DiscoveryFailed extends AppError {
  constructor(message: string, cause?: unknown) {
    super('MCP_SPAWNER_DISCOVERY_FAILED', message, {
      owner: 'operator',
      hint: 'Start the command by hand and see what it prints, or look at plugins mcp logs.',
      cause,
    });
  }
}
