import { vi } from 'vitest';

/**
 * From now on what this process prints is kept instead of shown, until `vi.restoreAllMocks`; the returned function says
 * what it was. For files with a process of their own (`tools/run/specs-alone.mjs`).
 */
export function printedOutput(): () => string {
  let printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    });
  }
  return () => printed;
}
