/** The fixture as an MCP server of the SDK, for one connection or one request of either era. */
import {
  inputRequired,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  Server,
} from '@modelcontextprotocol/server';
import { PROMPTS, RESOURCES, readResource, SCHEMAS, TOOLS } from './fixture-tools.mjs';

const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
const INVALID_PARAMS = -32_602;

/** `announce` tells subscribers of the era without sessions what changed; in the other the server does it itself. */
export function fixtureServer({ era }, announce) {
  const capabilities = {
    tools: { listChanged: true },
    resources: { subscribe: true, listChanged: true },
    prompts: { listChanged: true },
    logging: {},
    completions: {},
  };
  const server = new Server({ name: 'conformance-fixture', version: '1.0.0' }, { capabilities });
  const handle = (method, handler) => server.setRequestHandler(method, handler);

  const callOf = ({ params }, { mcpReq }) => ({
    args: params.arguments ?? {},
    given: { responses: mcpReq.inputResponses, state: mcpReq.requestState() },
    capabilities: era === 'modern' ? mcpReq.envelope?.[CAPABILITIES_KEY] : server.getClientCapabilities(),
    progressToken: mcpReq._meta?.progressToken,
    ask: (question) => mcpReq.send(question),
    log: (level, data) => mcpReq.log(level, data),
    progress: (progress, total) =>
      mcpReq._meta?.progressToken === undefined
        ? undefined
        : mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken: mcpReq._meta.progressToken, progress, total },
          }),
    changed: (kind) =>
      announce === undefined
        ? server.notification({ method: `notifications/${kind}/list_changed` })
        : announce(kind),
    missing: (requiredCapabilities) => {
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities });
    },
    invalid: () => {
      throw new ProtocolError(INVALID_PARAMS, 'the request state is not one of this server');
    },
  });
  const answered = (result) =>
    result.resultType === 'input_required'
      ? inputRequired({ inputRequests: result.inputRequests, requestState: result.requestState })
      : result;

  handle('tools/list', () => ({
    tools: Object.keys(TOOLS).map((name) => ({
      name,
      description: `Conformance: ${name}`,
      inputSchema: SCHEMAS[name] ?? { type: 'object', properties: {} },
    })),
  }));
  handle('tools/call', async (request, ctx) => {
    const tool = Object.hasOwn(TOOLS, request.params.name) ? TOOLS[request.params.name] : undefined;
    if (tool === undefined) throw new ProtocolError(INVALID_PARAMS, 'there is no such tool');
    return answered(await tool(callOf(request, ctx)));
  });
  handle('resources/list', () => ({
    resources: Object.entries(RESOURCES).map(([uri, read]) => ({
      uri,
      name: uri.slice('test://'.length),
      mimeType: read().mimeType,
    })),
  }));
  handle('resources/templates/list', () => ({
    resourceTemplates: [
      { uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' },
    ],
  }));
  handle('resources/read', ({ params: { uri } }) => {
    const contents = readResource(uri);
    if (contents === undefined) throw new ProtocolError(INVALID_PARAMS, 'Resource not found', { uri });
    return { contents: [contents] };
  });
  if (era === 'legacy')
    for (const verb of ['subscribe', 'unsubscribe']) handle(`resources/${verb}`, () => ({}));
  handle('prompts/list', () => ({
    prompts: Object.entries(PROMPTS).map(([name, prompt]) => ({
      name,
      description: `Conformance: ${name}`,
      arguments: (prompt.arguments ?? []).map((argument) => ({ name: argument, required: true })),
    })),
  }));
  handle('prompts/get', (request, ctx) => {
    const prompt = Object.hasOwn(PROMPTS, request.params.name) ? PROMPTS[request.params.name] : undefined;
    if (prompt === undefined) throw new ProtocolError(INVALID_PARAMS, 'there is no such prompt');
    return answered(prompt.get(callOf(request, ctx)));
  });
  handle('completion/complete', () => ({ completion: { values: [], total: 0, hasMore: false } }));
  return server;
}
