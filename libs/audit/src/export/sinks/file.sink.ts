import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Sink, SinkFailure } from './sink.ts';

const FLAGS =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A file, one event a line, on the disk before it counts as taken. Opened anew for each batch, so that a file that was
 * rotated away is made again. A line that a crash cut off is ended first.
 */
export function fileSink(path: string): Sink {
  return {
    send: async (events) => {
      let file: FileHandle | undefined;
      try {
        file = await open(path, FLAGS, 0o600);
        const stats = await file.stat();
        if (!stats.isFile()) throw new SinkFailure('EXPORT_WRITE', { detail: 'it is no regular file' });
        const begun = stats.size > 0 && !(await endsWithLine(path, stats.size));
        const text = `${begun ? '\n' : ''}${events.map(({ line }) => line).join('\n')}\n`;
        await file.writeFile(text);
        await file.datasync();
      } catch (error) {
        if (error instanceof SinkFailure) throw error;
        const { code } = error as { code?: string };
        throw new SinkFailure('EXPORT_WRITE', {
          cause: error,
          ...(code === undefined ? {} : { detail: code }),
        });
      } finally {
        await file?.close();
      }
    },
    close: async () => undefined,
  };
}

async function endsWithLine(path: string, size: number): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  } finally {
    await file.close();
  }
}
