const LENGTHS = new Set([12, 15, 18, 21, 24]);
/** Words of sentences that are in no word list of BIP 39. */
const OF_SENTENCES =
  /\b(?:the|and|are|was|were|that|this|with|from|have|has|you|your|for|not|but|which|should|when)\b/;

/** Whether words are as many as a recovery phrase has, and none is a sentence's. */
export function isRecoveryPhrase(words: string): boolean {
  return LENGTHS.has(words.split(' ').length) && !OF_SENTENCES.test(words.toLowerCase());
}
