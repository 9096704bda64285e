import type { JsonObject } from '@gatehouse/kernel';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { TestDoor } from './a-door.ts';

/** A client of the first generation that can be asked everything, and remembers what it was asked. */
export interface AnsweringClient {
  readonly asked: readonly string[];
  readonly client: Client;
  /** The text of a tool's result. */
  call(name: string, args?: JsonObject): Promise<string>;
  /** What the `ask` tool of the hostile server heard. */
  askedFor(method: string, params?: JsonObject, times?: number): Promise<JsonObject[]>;
  close(): Promise<void>;
}

export async function anAnsweringClient(
  door: Pick<TestDoor, 'url'>,
  server: string,
  token: string,
  content: Record<string, string> = { answer: 'forty-two' },
): Promise<AnsweringClient> {
  const capabilities = { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } };
  const client = new Client({ name: 'answering', version: '1' }, { capabilities });
  const asked: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.mode === 'url' ? 'url' : 'form');
    return params.mode === 'url' ? { action: 'accept' as const } : { action: 'accept' as const, content };
  });
  client.setRequestHandler(CreateMessageRequestSchema, () => {
    asked.push('sampling');
    return { model: 'm', role: 'assistant' as const, content: { type: 'text' as const, text: 'sampled' } };
  });
  client.setRequestHandler(ListRootsRequestSchema, () => {
    asked.push('roots');
    return { roots: [{ uri: 'file:///srv/project' }] };
  });
  const headers = { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${door.url}/mcp/${server}`), {
    requestInit: { headers },
  });
  await client.connect(transport as never);
  const call = async (name: string, args: JsonObject = {}): Promise<string> => {
    const result = await client.callTool({ name, arguments: args });
    return (result.content as { readonly text: string }[])[0]?.text ?? '';
  };
  return {
    asked,
    client,
    call,
    askedFor: async (method, params = {}, times = 1) =>
      JSON.parse(await call('ask', { method, params, times })) as JsonObject[],
    close: () => client.close(),
  };
}

/** A form with one field. */
export const form = (message: string, field = 'answer'): JsonObject => ({
  mode: 'form',
  message,
  requestedSchema: { type: 'object', properties: { [field]: { type: 'string' } } },
});
