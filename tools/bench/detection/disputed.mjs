const PUBLISHED = 'a token of full alphabet and length; that it is an example is not told apart on purpose';
const IDENTIFIER = 'an identifier, not a credential';
const TOY = 'a made-up word of a test of configuration';
const CROSSED_OUT = 'one repeated character is no secret';
const DOCUMENTED = 'user and password of documentation, which stand in countless files';

/** Labels that this product disagrees with, by a part of the text. */
export const DISPUTED = [
  ...[
    'sk-ant-admin01-abc123xyz',
    'sk-ant-api03-abc123xyz',
    'AKIAIOSFODNN7EXAMPLE',
    'AKIAIOSFODNN7SECRETS',
    'AIzaSy',
    'AIzayDN',
  ].map((part) => ({ part, reason: PUBLISHED })),
  ...['figd_aBcDeFg', 'gsk_aBcDeFg', 'sk-sUeBP9asw6', 'CYSECRETSKEY', 'R6WCNd0erkAuZyD'].map((part) => ({
    part,
    reason: PUBLISHED,
  })),
  ...[
    '6fe4476ee5a1832882e326b506d14126',
    '3012a5754bbd716926f99c028f7ea428',
    'acdeFf05b1a6',
    '5cb4a5f04cd412fe',
    'MWYyZDFlMmU2N2Rm',
    'xoxp-1234-1234-1234-4ddbc',
  ].map((part) => ({ part, reason: 'a generated value that a name such as apiKey or token is given' })),
  ...['"Authorization: Basic eyJhbGciOiJIUzI1NiIs'].map((part) => ({ part, reason: 'a JSON web token' })),
  ...['-----BEGIN PRIVATE KEY-----\nanything', 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo'].map((part) => ({
    part,
    reason: 'a private-key header with base64 after it is a private key',
  })),
  ...[
    'AWS_ACCOUNT_ID',
    'ad_tenant_id',
    'AZURE_CLIENT_ID',
    'Users/exampleuser',
    '"type": "service_account"',
  ].map((part) => ({
    part,
    reason: IDENTIFIER,
  })),
  ...['THIS IS SECRET', 'secret content', 'apikey = foo-bar-baz', 'API_KEY=secret123'].map((part) => ({
    part,
    reason: TOY,
  })),
  ...['hf_xxxxxxxx', 'sk_live_AAAAAAAA'].map((part) => ({ part, reason: CROSSED_OUT })),
  ...['user:pass@example.com', 'Basic YnJvd3Nlcjo='].map((part) => ({ part, reason: DOCUMENTED })),
  {
    part: '\u0002\u0001\u00030',
    reason: "key stores: labelled by whether one vendor's password opens them, which only opening tells",
  },
  {
    part: 'xtskey-api-AAAA',
    reason: 'a prefix that ends its own word, glued to letters: still a token',
  },
];
