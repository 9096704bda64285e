import { describe, expect, it } from 'vitest';
import { newId, newTraceId } from './ids.ts';
import { RequestContext, type RequestContextFields } from './request-context.ts';

const fields = (): RequestContextFields => ({
  userId: newId(),
  sessionId: newId(),
  taskId: newId(),
  traceId: newTraceId(),
  contextId: newId(),
  clientId: newId(),
  role: 'user',
  agentId: null,
  rootSessionId: newId(),
});

describe('RequestContext', () => {
  it.each(['userId', 'sessionId', 'taskId', 'traceId', 'contextId', 'clientId'])(
    'does not exist without its %s',
    (name) => {
      expect(() => RequestContext.of({ ...fields(), [name]: '' })).toThrow(`needs its ${name}`);
      expect(() => RequestContext.of({ ...fields(), [name]: undefined })).toThrow(`needs its ${name}`);
    },
  );

  it('does not compile without one of them', () => {
    const { traceId: _left, ...incomplete } = fields();
    // @ts-expect-error a context without its trace id
    expect(() => RequestContext.of(incomplete)).toThrow('traceId');
  });

  it('cannot be changed', () => {
    const context = RequestContext.of(fields());
    expect(() => Object.assign(context, { role: 'admin' })).toThrow(TypeError);
  });
});
