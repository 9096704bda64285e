import type { SecretRule } from '../rule.ts';
import { named } from './define.ts';

/** IBM Cloud services whose keys say nothing by themselves. The API key of the platform itself is with the clouds. */
export const ibmRules: readonly SecretRule[] = [
  named(
    'softlayer-api-key',
    'IBM Cloud classic infrastructure (SoftLayer) API key',
    ['softlayer', 'sl_api', 'sl-api', 'slapi', 'sl_key', 'sl-key', 'sl_pass'],
    '[0-9a-f]{64}',
    'https://cloud.ibm.com/docs/account?topic=account-classic_keys',
  ),
  {
    id: 'softlayer-api-url',
    description: 'IBM Cloud classic infrastructure (SoftLayer) API key in the path of a SOAP address',
    keywords: ['api.softlayer.com/soap/'],
    pattern: /api\.softlayer\.com\/soap\/v3(?:\.1)?\/([0-9a-f]{64})(?![0-9a-f])/i,
    glued: 'any',
    confidence: 'high',
    source: 'https://sldn.softlayer.com/article/soap/',
  },
  named(
    'cloudant-password',
    'IBM Cloudant legacy password or API key',
    ['cloudant'],
    '[0-9a-f]{64}|[a-z]{24}',
    'https://cloud.ibm.com/docs/Cloudant?topic=Cloudant-work-with-your-account',
    { judge: (value) => value.length === 64 || new Set(value).size > 9 },
  ),
  named(
    'ibm-cos-secret-key',
    'IBM Cloud Object Storage HMAC secret access key',
    ['secret_access_key', 'secret-access-key', 'secretaccesskey', 'cos_secret', 'cos-secret', 'hmac_secret'],
    '[0-9a-f]{48}',
    'https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-uhc-hmac-credentials-main',
    { glued: 'any' },
  ),
];
