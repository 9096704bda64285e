import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * Anthropic's Messages API on the loopback, as far as an agent needs it: it answers with the tool calls of a plan, one
 * after the other, each when the result of the one before has come, and ends the turn behind the last. Nobody thinks here.
 * Wire format: https://docs.claude.com/en/api/messages-streaming.
 */
export class MessagesApi {
  #plan = [];
  #server = createServer((request, response) => void this.#answer(request, response));
  #answered = 0;
  /** @type {{ text: string, isError: boolean }[]} what came back for each call of the plan */
  results = [];

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** @param {readonly { name: string, input: object }[]} calls */
  plan(calls) {
    this.#plan = calls;
    this.results = [];
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request, response) {
    if (request.method !== 'POST' || !/^\/v1\/messages(\?|$)/.test(request.url)) {
      response.writeHead(404).end();
      return;
    }
    const body = await json(request);
    // A request without tools asks for a title or a summary.
    const next = body.tools?.length > 0 ? this.#plan[this.#take(body.messages)] : undefined;
    this.#answered += 1;
    const events = messageEvents(`msg_${this.#answered}`, body.model, next);
    if (body.stream === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(wholeMessage(events, next)));
  }

  /** Keeps the results that the conversation holds by now; how many. */
  #take(messages) {
    const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
    this.results = blocks
      .filter(({ type }) => type === 'tool_result')
      .map(({ content, is_error }) => ({ text: JSON.stringify(content ?? ''), isError: is_error === true }));
    return this.results.length;
  }
}

function messageEvents(id, model, call) {
  const content_block = call
    ? { type: 'tool_use', id: `toolu_${Date.now()}${id.slice(4)}`, name: call.name, input: {} }
    : { type: 'text', text: '' };
  const delta = call
    ? { type: 'input_json_delta', partial_json: JSON.stringify(call.input) }
    : { type: 'text_delta', text: 'Done.' };
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  };
  const end = { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: end, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ];
}

function wholeMessage([start, block, , , end], call) {
  const content = call ? { ...block.content_block, input: call.input } : { type: 'text', text: 'Done.' };
  return { ...start.message, ...end.delta, content: [content] };
}
