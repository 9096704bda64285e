import { expect, it } from 'vitest';
import { MetadataDocuments } from './metadata-documents.ts';

/** With hosts as `settings.oauth.client_document_hosts` lists them; nothing is fetched here. */
function trusting(...clientDocumentHosts: string[]): MetadataDocuments {
  const services = { settings: { oauth: { clientDocumentHosts } } };
  return new MetadataDocuments({} as never, { services } as never);
}

it.each([
  [[], 'https://clients.example/a.json', false],
  [['*'], 'https://clients.example/a.json', true],
  [['clients.example'], 'https://clients.example/a.json', true],
  [['clients.example'], 'https://CLIENTS.example:8443/a.json', true],
  [['clients.example'], 'https://evil.clients.example/a.json', false],
  [['clients.example'], 'https://clients.example.evil.example/a.json', false],
  [['clients.example'], 'https://clients.example@evil.example/a.json', false],
  [['clients.example'], 'https://evilclients.example/a.json', false],
  [['*.example.com'], 'https://a.example.com/a.json', true],
  [['*.example.com'], 'https://a.b.example.com/a.json', true],
  [['*.example.com'], 'https://example.com/a.json', false],
  [['*.example.com'], 'https://evilexample.com/a.json', false],
  [['*.example.com'], 'https://a.example.com.evil.example/a.json', false],
  [['one.example', 'two.example'], 'https://two.example/a.json', true],
  [['clients.example'], 'clients.example', false],
  [['clients.example'], 'not an address', false],
])('hosts %j let %s name a client: %s', (hosts, clientId, trusted) => {
  expect(trusting(...hosts).isTrusted(clientId)).toBe(trusted);
});
