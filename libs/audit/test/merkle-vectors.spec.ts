import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merkleRoot } from '../src/seal/merkle.ts';
import {
  consistencyPath,
  consistencyRanges,
  inclusionPath,
  inclusionRanges,
} from '../src/seal/merkle-proof.ts';
import { RangeRoots } from '../src/seal/range-roots.ts';
import { rootOfConsistency, rootOfInclusion, merkleRoot as verifierRoot } from '../verifier/verify.mjs';

const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (hex: string) => sha256(Buffer.of(0), Buffer.from(hex, 'hex'));

/** The inputs, roots and proofs that the implementations of RFC 6962 test themselves with. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const all = INPUTS.map(leafHash);
const first = (n: number) => Buffer.concat(all.slice(0, n));
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));

describe('the published vectors of RFC 6962', () => {
  it.each(ROOTS.map((root, i) => [i + 1, root] as const))('the root of %d leaves', (n, root) => {
    expect(merkleRoot(first(n), n).toString('hex')).toBe(root);
    expect(verifierRoot(all.slice(0, n)).toString('hex')).toBe(root);
  });

  it('the root of no leaves is the hash of nothing', () => {
    expect(verifierRoot([]).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('the inclusion of leaf %d in a tree of %d', (index, n, path) => {
    expect(hex(inclusionPath(first(n), n, index))).toEqual(path);
  });

  it.each([
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('the consistency of a tree of %d with one of %d', (from, n, path) => {
    expect(hex(consistencyPath(first(n), n, from))).toEqual(path);
  });
});

describe('a proof of any tree', () => {
  const tree = fc
    .tuple(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat())
    .map(([size, a, b]) => ({ size, index: a % size, from: 1 + (b % size) }));
  const leaves = Buffer.concat(
    Array.from({ length: 70 }, (_, i) => leafHash(i.toString(16).padStart(2, '0'))),
  );

  it('leads back to its root, and with any hash changed does not', () => {
    fc.assert(
      fc.property(tree, fc.nat(), ({ size, index, from }, where) => {
        const root = merkleRoot(leaves, size).toString('hex');
        const path = inclusionPath(leaves.subarray(0, size * 32), size, index);
        const leaf = leaves.subarray(index * 32, index * 32 + 32);
        expect(rootOfInclusion(leaf, index, size, path)?.toString('hex')).toBe(root);
        if (path.length > 0) {
          const wrong = path.map((hash, i) => (i === where % path.length ? sha256(hash) : hash));
          expect(rootOfInclusion(leaf, index, size, wrong)?.toString('hex')).not.toBe(root);
        }
        const older = merkleRoot(leaves, from);
        const proof = consistencyPath(leaves.subarray(0, size * 32), size, from);
        expect(rootOfConsistency(older, from, size, proof)?.toString('hex')).toBe(root);
        expect(rootOfConsistency(sha256(older), from, size, proof)?.toString('hex')).not.toBe(root);
      }),
    );
  });

  it('is the same when its leaves come one by one', () => {
    fc.assert(
      fc.property(tree, ({ size, index, from }) => {
        const roots = new RangeRoots([
          { start: 0, end: size },
          ...inclusionRanges(size, index),
          ...consistencyRanges(size, from),
        ]);
        for (let i = 0; i < size; i += 1) roots.add(leaves.subarray(i * 32, i * 32 + 32));
        const whole = leaves.subarray(0, size * 32);
        expect(hex(roots.roots())).toEqual(
          hex([
            merkleRoot(whole, size),
            ...inclusionPath(whole, size, index),
            ...consistencyPath(whole, size, from),
          ]),
        );
      }),
    );
  });
});
