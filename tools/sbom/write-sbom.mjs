#!/usr/bin/env node
/** `npm run sbom [FILE]`: writes the bill of materials (CycloneDX 1.6) to a file, or to standard output. */
import { readFileSync, writeFileSync } from 'node:fs';
import { billOfMaterials } from './sbom.mjs';

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const { name, version, license } = JSON.parse(read('package.json'));
const product = { name, version, licenses: [{ license: { id: license } }] };
const text = `${JSON.stringify(billOfMaterials(product, read('package-lock.json')), null, 1)}\n`;
if (process.argv[2] === undefined) process.stdout.write(text);
else writeFileSync(process.argv[2], text);
