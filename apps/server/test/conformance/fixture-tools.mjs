/**
 * What the conformance scenarios expect a server to have, as data and small functions: the names, texts and shapes are
 * the suite's. Each tool takes a call and returns its result; `call.ask` reaches the client in the revisions with a
 * handshake, `call.given` holds what a client of revision 2026-07-28 sent along with its retry.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';
const KEY = randomBytes(32);
const PAUSE_MS = 20;

const text = (value) => ({ content: [{ type: 'text', text: value }] });
const image = { type: 'image', data: PIXEL, mimeType: 'image/png' };
const embedded = (uri, mimeType, value) => ({ type: 'resource', resource: { uri, mimeType, text: value } });
const form = (message, properties, required = Object.keys(properties)) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message, requestedSchema: { type: 'object', properties, required } },
});
const sampling = (prompt, maxTokens = 100) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens },
});
const required = (inputRequests, requestState) => ({
  resultType: 'input_required',
  inputRequests,
  ...(requestState === undefined ? {} : { requestState }),
});
const roots = { method: 'roots/list', params: {} };
const NAME = form('What is your name?', { name: { type: 'string' } });
const CONFIRM = form('Please confirm', { ok: { type: 'boolean' } });

/** A state that nobody but this process can have made. */
const signed = (value) => `${value}.${createHmac('sha256', KEY).update(value).digest('base64url')}`;
const isSigned = (state) =>
  typeof state === 'string' && state === signed(state.slice(0, Math.max(0, state.lastIndexOf('.'))));
const accepted = (response) =>
  typeof response === 'object' && response?.action === 'accept' ? response.content : undefined;

/** The answer of a person, once it is there; until then the question. */
const once =
  (key, question, answer) =>
  ({ given }) => {
    const response = given.responses?.[key];
    return response === undefined ||
      (question.method === 'elicitation/create' && accepted(response) === undefined)
      ? required({ [key]: question })
      : text(answer(response));
  };

export const TOOLS = {
  test_simple_text: () => text('This is a simple text response for testing.'),
  test_image_content: () => ({ content: [image] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }),
  test_multiple_content_types: () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }),
  test_tool_with_logging: async ({ log }) => {
    for (const step of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await log('info', step);
      await pause(PAUSE_MS);
    }
    return text('Tool with logging executed successfully');
  },
  test_tool_with_progress: async ({ progress, progressToken }) => {
    for (const done of [0, 50, 100]) {
      await progress(done, 100);
      await pause(PAUSE_MS);
    }
    return text(String(progressToken ?? 0));
  },
  test_error_handling: () => ({
    ...text('This tool intentionally returns an error for testing'),
    isError: true,
  }),
  test_sampling: async ({ args, ask }) => {
    const answer = await ask(sampling(args.prompt));
    return text(`LLM response: ${answer.content?.text ?? 'none'}`);
  },
  test_elicitation: async ({ args, ask }) => {
    const answer = await ask(form(args.message, { response: { type: 'string' } }));
    return text(`User response: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
  },
  test_elicitation_sep1034_defaults: async ({ ask }) => {
    const answer = await ask(
      form(
        'Please review the defaults',
        {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
        [],
      ),
    );
    return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content)}`);
  },
  test_elicitation_sep1330_enums: async ({ ask }) => {
    const three = ['option1', 'option2', 'option3'];
    const titled = ['First', 'Second', 'Third'].map((title, i) => ({ const: `value${i + 1}`, title }));
    const answer = await ask(
      form(
        'Please select',
        {
          untitledSingle: { type: 'string', enum: three },
          titledSingle: { type: 'string', oneOf: titled },
          legacyEnum: { type: 'string', enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
          untitledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', enum: three } },
          titledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { anyOf: titled } },
        },
        [],
      ),
    );
    return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content)}`);
  },
  json_schema_2020_12_tool: ({ args }) => text(`called with ${JSON.stringify(args)}`),
  test_missing_capability: ({ capabilities, missing }) =>
    capabilities?.sampling === undefined ? missing({ sampling: {} }) : text('the client can sample'),
  test_streaming_elicitation: once('user_name', NAME, () => 'done'),
  test_logging_tool: async ({ log }) => {
    await log('info', 'a log message');
    return text('logged');
  },
  test_trigger_tool_change: async ({ changed }) => {
    await changed('tools');
    return text('changed');
  },
  test_trigger_prompt_change: async ({ changed }) => {
    await changed('prompts');
    return text('changed');
  },
  test_input_required_result_elicitation: once(
    'user_name',
    NAME,
    (answer) => `Hello, ${answer.content.name}!`,
  ),
  test_input_required_result_sampling: once(
    'capital_question',
    sampling('What is the capital of France?'),
    (answer) => String(answer.content?.text),
  ),
  test_input_required_result_list_roots: once('client_roots', roots, (answer) =>
    answer.roots.map(({ uri }) => uri).join(', '),
  ),
  test_input_required_result_request_state: ({ given, invalid }) => {
    if (given.state === undefined) return required({ confirm: CONFIRM }, signed('confirm'));
    return isSigned(given.state) ? text('state-ok') : invalid();
  },
  test_input_required_result_tampered_state: ({ given, invalid }) => {
    if (given.state === undefined) return required({ confirm: CONFIRM }, signed('tamper'));
    return isSigned(given.state) ? text('state-ok') : invalid();
  },
  test_input_required_result_multiple_inputs: ({ given, invalid }) => {
    if (given.state !== undefined && !isSigned(given.state)) return invalid();
    const questions = { user_name: NAME, greeting: sampling('Generate a greeting', 50), client_roots: roots };
    const open = Object.keys(questions).filter((key) => given.responses?.[key] === undefined);
    return open.length === 0 ? text('all there') : required(questions, signed('many'));
  },
  test_input_required_result_multi_round: ({ given, invalid }) => {
    if (given.state === undefined) {
      return required(
        { step1: form('Step 1: What is your name?', { name: { type: 'string' } }) },
        signed('1'),
      );
    }
    if (!isSigned(given.state)) return invalid();
    return given.state.startsWith('1.')
      ? required(
          { step2: form('Step 2: What is your favorite color?', { color: { type: 'string' } }) },
          signed('2'),
        )
      : text('all rounds done');
  },
  test_input_required_result_capabilities: ({ capabilities }) => {
    const questions = {};
    if (capabilities?.elicitation !== undefined) questions.user_name = NAME;
    if (capabilities?.sampling !== undefined) questions.greeting = sampling('Generate a greeting', 50);
    return Object.keys(questions).length > 0 ? required(questions) : text('nothing to ask');
  },
};

/** Arguments of the tools that have some; the last as a schema that has to come through as it is. */
export const SCHEMAS = {
  test_sampling: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
  test_elicitation: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  json_schema_2020_12_tool: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    ...JSON.parse('{"then":{"required":["phone"]},"else":{"required":["email"]}}'),
    additionalProperties: false,
  },
};

export const RESOURCES = {
  'test://static-text': () => ({
    mimeType: 'text/plain',
    text: 'This is the content of the static text resource.',
  }),
  'test://static-binary': () => ({ mimeType: 'image/png', blob: PIXEL }),
  'test://watched-resource': () => ({ mimeType: 'text/plain', text: 'Watched resource content' }),
};

/** Undefined for an address that is no resource's. */
export function readResource(uri) {
  if (Object.hasOwn(RESOURCES, uri)) return { uri, ...RESOURCES[uri]() };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) return undefined;
  const data = { id, templateTest: true, data: `Data for ID: ${id}` };
  return { uri, mimeType: 'application/json', text: JSON.stringify(data) };
}

const says = (value) => ({ role: 'user', content: { type: 'text', text: value } });

export const PROMPTS = {
  test_simple_prompt: {
    get: () => ({ messages: [says('This is a simple prompt for testing.')] }),
  },
  test_prompt_with_arguments: {
    arguments: ['arg1', 'arg2'],
    get: ({ args }) => ({
      messages: [says(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)],
    }),
  },
  test_prompt_with_embedded_resource: {
    arguments: ['resourceUri'],
    get: ({ args }) => ({
      messages: [
        {
          role: 'user',
          content: embedded(args.resourceUri, 'text/plain', 'Embedded resource content for testing.'),
        },
        says('Please process the embedded resource above.'),
      ],
    }),
  },
  test_prompt_with_image: {
    get: () => ({ messages: [{ role: 'user', content: image }, says('Please analyze the image above.')] }),
  },
  test_input_required_result_prompt: {
    get: ({ given }) => {
      const context = accepted(given.responses?.user_context)?.context;
      return context === undefined
        ? required({
            user_context: form('What context should the prompt use?', { context: { type: 'string' } }),
          })
        : { messages: [says(`With ${context}`)] };
    },
  },
};
