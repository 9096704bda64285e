import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CoalescedRequest } from './coalesced-request.ts';

function aRequest() {
  const asked: PromiseWithResolvers<void>[] = [];
  const request = new CoalescedRequest(() => {
    const answer = Promise.withResolvers<void>();
    asked.push(answer);
    return answer.promise;
  });
  return { asked, request };
}

describe('a coalesced request', () => {
  it('is asked once for all who put it together', async () => {
    const { asked, request } = aRequest();
    const all = Promise.all([request.make(), request.make(), request.make()]);
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]!.resolve();
    await all;
  });

  it('is asked again for those who put it after it left, and not before it is answered', async () => {
    const { asked, request } = aRequest();
    const first = request.make();
    await turn();
    let isAnswered = false;
    const later = request.make().then(() => {
      isAnswered = true;
    });
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]!.resolve();
    await first;
    await turn();
    expect(asked).toHaveLength(2);
    expect(isAnswered).toBe(false);
    asked[1]!.resolve();
    await later;
  });

  it('fails for those who put it, and is asked anew for the next', async () => {
    const { asked, request } = aRequest();
    const failed = expect(request.make()).rejects.toThrow('silent');
    await turn();
    const next = request.make();
    asked[0]!.reject(new Error('silent'));
    await failed;
    await turn();
    asked[1]!.resolve();
    await expect(next).resolves.toBeUndefined();
  });
});
