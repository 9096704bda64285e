import type { SecretRule } from '../rule.ts';
import { named } from './define.ts';

const IDENTIFIABLE = 'https://learn.microsoft.com/en-us/purview/sit-defn-all-creds';

/** Keys of Azure services carry a signature of four characters at a fixed place, near their end. */
function signed(
  id: string,
  description: string,
  signature: string,
  before: number,
  after: string,
): SecretRule {
  return {
    id,
    description,
    keywords: [signature.toLowerCase()],
    pattern: new RegExp(`[\\w+/-]{${before}}${signature.replace('+', '\\+')}${after}`),
    lookback: [before],
    confidence: 'high',
    source: IDENTIFIABLE,
  };
}

/** Microsoft Azure, Entra ID and Azure DevOps. */
export const azureRules: readonly SecretRule[] = [
  {
    id: 'azure-client-secret',
    description: 'Microsoft Entra ID application client secret',
    keywords: Array.from('0123456789', (digit) => `${digit}q~`),
    pattern: /[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}(?![\w~.-])/,
    lookback: [3],
    glued: 'any',
    confidence: 'high',
    minEntropy: 3,
    source: 'https://learn.microsoft.com/en-us/entra/identity-platform/quickstart-register-app',
  },
  signed('azure-storage-key', 'Azure Storage account key', '+ASt', 76, '[A-Za-z0-9/+]{5}[AQgw]=='),
  signed('azure-cosmos-db-key', 'Azure Cosmos DB key', 'ACDb', 76, '[A-Za-z0-9/+]{5}[AQgw]=='),
  signed('azure-batch-key', 'Azure Batch account key', '+ABa', 76, '[A-Za-z0-9/+]{5}[AQgw]=='),
  signed('azure-container-registry-key', 'Azure Container Registry key', '+ACR', 42, '[A-D][A-Za-z0-9/+]{5}'),
  signed('azure-functions-key', 'Azure Functions host or function key', 'AzFu', 44, '[\\w-]{5}[AQgw]=='),
  signed('azure-search-key', 'Azure AI Search key', 'AzSe', 42, '[A-D][A-Za-z0-9]{5}'),
  signed('azure-redis-key', 'Azure Cache for Redis key', 'AzCa', 33, '[A-P][A-Za-z0-9]{5}='),
  signed('azure-service-bus-key', 'Azure Service Bus shared access key', '+ASb', 33, '[A-Za-z0-9/+]{5}='),
  signed('azure-event-hub-key', 'Azure Event Hubs shared access key', '+AEh', 33, '[A-Za-z0-9/+]{5}='),
  signed('azure-relay-key', 'Azure Relay shared access key', '+ARm', 33, '[A-Za-z0-9/+]{5}='),
  signed('azure-iot-key', 'Azure IoT Hub or device key', 'AIoT', 33, '[A-Za-z0-9/+]{5}='),
  signed(
    'azure-devops-token',
    'Azure DevOps personal access token',
    'AZDO',
    76,
    '[A-Za-z0-9]{4,5}(?![A-Za-z0-9])',
  ),
  signed(
    'azure-ai-services-key',
    'Azure AI services or OpenAI key',
    'JQQJ99',
    52,
    '[A-Za-z0-9]{26}(?![A-Za-z0-9])',
  ),
  {
    id: 'azure-account-key',
    description: 'AccountKey of an Azure connection string',
    keywords: ['accountkey='],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)/i,
    glued: 'any',
    confidence: 'high',
    source: 'https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string',
  },
  {
    id: 'azure-shared-access-key',
    description: 'SharedAccessKey of an Azure connection string',
    keywords: ['sharedaccesskey='],
    pattern: /SharedAccessKey=([A-Za-z0-9+/]{43}=)/i,
    glued: 'any',
    confidence: 'high',
    source: 'https://learn.microsoft.com/en-us/azure/service-bus-messaging/service-bus-sas',
  },
  {
    id: 'azure-shared-access-signature',
    description: 'Azure shared access signature',
    keywords: ['sig='],
    pattern: /sig=([A-Za-z0-9%+/]{43,86}(?:%3D|=){1,2})/i,
    confidence: 'high',
    minEntropy: 3.5,
    source: 'https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview',
  },
  named(
    'azure-subscription-key',
    'Azure subscription key or client secret of the older form',
    ['azure', 'ocp-apim', 'subscription-key', 'subscription_key', 'arm_client_secret'],
    '[0-9a-f]{32}|[A-Za-z0-9/+]{40}',
    'https://learn.microsoft.com/en-us/azure/api-management/api-management-subscriptions',
    { minEntropy: 3.3 },
  ),
];
