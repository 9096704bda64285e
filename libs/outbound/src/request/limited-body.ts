import { Transform } from 'node:stream';
import { AppError } from '@gatehouse/kernel';

/** Passes at most `maxBytes`, then fails with `OUTBOUND_TOO_LARGE`. */
export function limitedBody(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(null, chunk);
      done(
        new AppError('OUTBOUND_TOO_LARGE', `the answer has more than ${maxBytes} bytes`, {
          owner: 'operator',
        }),
      );
    },
  });
}
