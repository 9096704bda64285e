import { createPublicKey, verify } from 'node:crypto';

/** Whether a signed note is of this C2SP key, told without the verifier's code. */
export function isSigned(note: string, vkey: string): boolean {
  const [text = '', signatures = ''] = note.split('\n\n');
  const point = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const signature = Buffer.from(signatures.trim().split(' ')[2]!, 'base64').subarray(4);
  return verify(null, Buffer.from(`${text}\n`), key, signature);
}
