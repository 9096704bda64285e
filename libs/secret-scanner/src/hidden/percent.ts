import type { Disguise, Layer } from './layer.ts';
import { replacing } from './layer.ts';

/** Percent-encoding (RFC 3986 section 2.1). */
export const percentLayer: Layer = {
  mayHold: (traits) => traits.percent,
  find(text: string): Generator<Disguise> {
    return replacing('percent', text, /(?:%[0-9a-fA-F]{2})+/g, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
    );
  },
};
