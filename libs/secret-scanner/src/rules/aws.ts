import type { SecretRule } from '../rule.ts';
import { assigned } from './assigned.ts';

const IDS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html';

/** Amazon Web Services. */
export const awsRules: readonly SecretRule[] = [
  {
    id: 'aws-access-key-id',
    description: 'AWS access key id, long-term or temporary',
    keywords: ['akia', 'asia', 'abia', 'acca'],
    pattern: /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/,
    confidence: 'high',
    source: IDS,
  },
  {
    id: 'aws-secret-access-key',
    description: 'AWS secret access key',
    keywords: [
      'secret_access_key',
      'secretaccesskey',
      'secret-access-key',
      'aws_secret',
      'awssecret',
      'aws-secret',
      'secretkey',
      'secret_key',
    ],
    pattern: assigned('(?:aws[_-]?secret|secret[_-]?(?:access[_-]?)?key)', '[A-Za-z0-9/+]{40}'),
    glued: 'any',
    context: true,
    confidence: 'high',
    minEntropy: 3,
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
  },
  {
    id: 'aws-session-token',
    description: 'AWS session token of the Security Token Service',
    keywords: ['iqojb3jpz2lu', 'fwogzxivyxdz', 'fqogzxivyxdz'],
    pattern: /(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=]{80,4000}/,
    confidence: 'high',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html',
  },
  {
    id: 'aws-bedrock-api-key',
    description: 'Amazon Bedrock API key, long-term',
    keywords: ['absk'],
    pattern: /ABSK[A-Za-z0-9+/]{109,269}={0,2}(?![A-Za-z0-9+/=])/,
    confidence: 'high',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html',
  },
  {
    id: 'aws-bedrock-short-term-key',
    description: 'Amazon Bedrock API key, short-term: a presigned request in base64',
    keywords: ['bedrock-api-key-'],
    pattern: /bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/]{0,4000}={0,2}/,
    confidence: 'high',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html',
  },
  {
    id: 'amazon-mws-auth-token',
    description: 'Amazon Marketplace Web Service authorization token',
    keywords: ['amzn.mws.'],
    pattern: /amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    confidence: 'high',
    source: 'https://developer-docs.amazon.com/sp-api/docs',
  },
];
