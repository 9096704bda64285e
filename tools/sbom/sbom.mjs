import { createHash } from 'node:crypto';

/**
 * The bill of materials of an installation, CycloneDX 1.6, from the lock file alone: every package that `npm ci` would
 * bring, with its hash. The same lock file gives the same document, so it has no time and its number is a hash.
 *
 * @param {{ name: string, version: string, license?: string }} product
 * @param {string} lockText the text of `package-lock.json`, version 3
 */
export function billOfMaterials(product, lockText) {
  const { packages } = JSON.parse(lockText);
  const entries = Object.entries(packages).filter(([path, entry]) => isInstalled(path, entry));
  const components = new Map();
  for (const [path, entry] of entries) {
    const component = componentOf(path, entry);
    // One package can lie in several places; what is needed in one is needed.
    const known = components.get(component.purl);
    if (known === undefined || known.scope !== 'required') components.set(component.purl, component);
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(createHash('sha256').update(lockText).digest())}`,
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': 'gatehouse', ...product } },
    components: [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}

/** Not our own workspaces, nor what the lock file enters for no operating system. */
function isInstalled(path, { link, os, optional }) {
  const isNever = optional === true && [os].flat().join() === 'none';
  return path.includes('node_modules/') && link !== true && !isNever;
}

function componentOf(path, entry) {
  const name = entry.name ?? path.split('node_modules/').at(-1);
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  const purl = `pkg:npm/${slash < 0 ? encodeURIComponent(name) : `%40${name.slice(1, slash)}/${name.slice(slash + 1)}`}@${entry.version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    ...(slash < 0 ? { name } : { group: name.slice(0, slash), name: name.slice(slash + 1) }),
    version: entry.version,
    purl,
    scope: entry.dev === true ? 'excluded' : entry.optional === true ? 'optional' : 'required',
    ...(entry.integrity === undefined ? {} : { hashes: entry.integrity.split(' ').map(hashOf) }),
    ...(typeof entry.license === 'string' ? { licenses: [licenseOf(entry.license)] } : {}),
    ...(entry.resolved === undefined
      ? {}
      : { externalReferences: [{ type: 'distribution', url: entry.resolved }] }),
  };
}

const ALGORITHMS = { sha512: 'SHA-512', sha384: 'SHA-384', sha256: 'SHA-256', sha1: 'SHA-1' };

/** Subresource integrity (`sha512-…`) as CycloneDX has it. */
function hashOf(integrity) {
  const [algorithm, digest] = integrity.split('-', 2);
  return { alg: ALGORITHMS[algorithm], content: Buffer.from(digest, 'base64').toString('hex') };
}

/** `MIT` is an SPDX id; `(MIT OR Apache-2.0)` an expression; all else a name. */
function licenseOf(text) {
  if (/^[A-Za-z0-9.+-]+$/.test(text)) return { license: { id: text } };
  return / (?:OR|AND|WITH) /.test(text) ? { expression: text } : { license: { name: text } };
}

/** A UUID of version 8 (RFC 9562), which anybody may make of anything. */
function uuidOf(bytes) {
  const id = Buffer.from(bytes.subarray(0, 16));
  id[6] = (id[6] & 0x0f) | 0x80;
  id[8] = (id[8] & 0x3f) | 0x80;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
