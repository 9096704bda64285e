import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { CommandManifest } from '@gatehouse/mcp-spawner';
import { actFor } from '../session/acting-caller.ts';
import { main as runCommand } from './cli.ts';

/** The file descriptor that the server hands over what is to be done on. */
const HANDOVER = 3;
const OURS = ['--json', '--non-interactive'];

/** Runs the command that stands on file descriptor 3, for the caller that stands there. `url`: as `main` of the CLI. */
export async function main(url: string): Promise<void> {
  const handover: JsonValue = JSON.parse(readFileSync(HANDOVER, 'utf8'));
  if (!isJsonObject(handover)) throw new Error('nothing was handed over');
  const { sessionId, approvalId = null, argv } = handover;
  if (typeof sessionId !== 'string' || !isTexts(argv)) throw new Error('nothing was handed over');
  const manifest: JsonValue = JSON.parse(
    readFileSync(fileURLToPath(new URL('../oclif.manifest.json', url)), 'utf8'),
  );
  const command = new CommandManifest(isJsonObject(manifest) ? manifest : {}).read(argv);
  if ('refused' in command) throw new Error(command.refused);
  actFor({ sessionId, approvalId: typeof approvalId === 'string' ? approvalId : null, argv });
  // With colons: the command line looks no further for where its name ends.
  await runCommand([command.id, ...command.rest, ...OURS], url);
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && (value as readonly JsonValue[]).every((one) => typeof one === 'string');
}
