import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SharedQuestion } from './shared-question.ts';

function aQuestion() {
  const asked: PromiseWithResolvers<void>[] = [];
  const question = new SharedQuestion(() => {
    const answer = Promise.withResolvers<void>();
    asked.push(answer);
    return answer.promise;
  });
  return { asked, question };
}

describe('a shared question', () => {
  it('is asked once for all who put it together', async () => {
    const { asked, question } = aQuestion();
    const all = Promise.all([question.put(), question.put(), question.put()]);
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]!.resolve();
    await all;
  });

  it('is asked again for those who put it after it left, and not before it is answered', async () => {
    const { asked, question } = aQuestion();
    const first = question.put();
    await turn();
    let isAnswered = false;
    const later = question.put().then(() => {
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
    const { asked, question } = aQuestion();
    const failed = expect(question.put()).rejects.toThrow('silent');
    await turn();
    const next = question.put();
    asked[0]!.reject(new Error('silent'));
    await failed;
    await turn();
    asked[1]!.resolve();
    await expect(next).resolves.toBeUndefined();
  });
});
