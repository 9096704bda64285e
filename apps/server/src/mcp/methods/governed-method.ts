import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/**
 * A request that reaches a child, and how it is decided. Its action is `mcp__<server>__<tool>` for a tool, else
 * `mcp__<server>__<method>`: tool names hold no slash and methods do, so no tool can pass for a method.
 */
export interface GovernedMethod {
  /** The part of the action behind the server: a tool's name, or the method. */
  readonly tool: string;
  /** What is decided on: what the caller chose. */
  readonly input: JsonObject;
  /** Names what has to be among the server's definitions before anything is started for it. */
  readonly needs: { readonly kind: 'tool' | 'prompt'; readonly name: string } | undefined;
}

type Reader = (params: JsonObject) => GovernedMethod | undefined;

const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** The members that each method's parameters have of their own; others are decided on beside them. */
export const OWN_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['tools/call', ['name', 'arguments']],
  ['resources/read', ['uri']],
  ['prompts/get', ['name', 'arguments']],
  ['completion/complete', ['ref', 'argument', 'context']],
  ['resources/subscribe', ['uri']],
  ['subscriptions/listen', ['notifications']],
]);

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'tools/call',
    ({ name, arguments: args = {} }) =>
      isName(name) && isJsonObject(args)
        ? { tool: name, input: args, needs: { kind: 'tool', name } }
        : undefined,
  ],
  [
    'resources/read',
    ({ uri }) =>
      typeof uri === 'string' ? { tool: 'resources/read', input: { uri }, needs: undefined } : undefined,
  ],
  [
    'resources/subscribe',
    ({ uri }) =>
      typeof uri === 'string' ? { tool: 'resources/subscribe', input: { uri }, needs: undefined } : undefined,
  ],
  [
    'prompts/get',
    ({ name, arguments: args = {} }) =>
      isName(name) && isJsonObject(args)
        ? { tool: 'prompts/get', input: { name, arguments: args }, needs: { kind: 'prompt', name } }
        : undefined,
  ],
  [
    'completion/complete',
    ({ ref, argument, context }) =>
      isJsonObject(ref) && isJsonObject(argument)
        ? {
            tool: 'completion/complete',
            input: { ref, argument, ...(context === undefined ? {} : { context }) },
            needs: undefined,
          }
        : undefined,
  ],
]);

export function isGoverned(method: string): boolean {
  return READERS.has(method);
}

/** Reads the parameters of a governed method; undefined when they are not what the method takes. */
export function readGoverned(method: string, params: JsonObject | undefined): GovernedMethod | undefined {
  return READERS.get(method)?.(params ?? {});
}

export function actionOf(server: string, tool: string): string {
  return `mcp__${server}__${tool}`;
}

function isName(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && TOOL_NAME.test(value);
}
