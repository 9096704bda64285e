import { isJsonObject, type JsonValue } from '@gatehouse/kernel';

/** What is odd about the texts of a definition that a model reads. */
export type TextFlag = 'hidden_characters' | 'instruction_like';

/** Characters that show nothing or reorder what shows, but those that join letters and choose the look of symbols. */
const HIDDEN = /(?!\u200c|\u200d|\ufe0e|\ufe0f)(?:\p{Cf}|\p{Co}|\p{Default_Ignorable_Code_Point})/u;
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

/** Text that tells a model what to do beyond how to use the tool. Each is linear in its input. */
const INSTRUCTIONS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|other|all|any)\b.{0,40}\b(?:instructions?|prompts?|rules|tools?|messages?)\b/i,
  /\b(?:do not|don['’]?t|never)\b.{0,30}\b(?:tell|mention|inform|reveal|show|notify|say)\b.{0,40}\b(?:user|human|person|anyone|them)\b/i,
  /\b(?:without|before) (?:telling|asking|informing|notifying|mentioning)\b/i,
  /<\/?\s*(?:important|system|instructions?|secret|hidden|admin|assistant|sys)\b[^>]{0,40}>/i,
  /\[\/?(?:inst|system|important)\]/i,
  /\b(?:before|after|whenever|each time|every time)\b.{0,40}\b(?:using|calling|invoking|you (?:use|call|invoke|run))\b.{0,60}\b(?:read|send|call|fetch|include|pass|write|open)\b/i,
  /\byou (?:must|have to|are required to|should always)\b.{0,80}\b(?:read|send|include|pass|call|fetch|forward|upload)\b/i,
  /\b(?:system prompt|developer message|hidden instruction|jailbreak)\b/i,
  /(?:~|\$HOME)\/\.(?:ssh|aws|gnupg|config|cursor|claude|npmrc|netrc)|\bid_(?:rsa|ed25519)\b|\/etc\/(?:passwd|shadow)/i,
  /\b(?:send|post|upload|forward|exfiltrate|transmit|leak)\b.{0,80}\bhttps?:\/\//i,
  /\b(?:conversation|chat) history\b.{0,60}\b(?:include|pass|send|summar|provide|as)\b/i,
];
const MAX_TEXT = 64 * 1024;

/** The flags of all strings in a definition, keys included. */
export function flagsOf(content: JsonValue): readonly TextFlag[] {
  const texts: string[] = [];
  collect(content, texts);
  const flags = new Set<TextFlag>();
  for (const text of texts) {
    if (HIDDEN.test(text) || CONTROL.test(text)) flags.add('hidden_characters');
    const shown = text.slice(0, MAX_TEXT).normalize('NFKC').replace(/\s+/g, ' ');
    if (INSTRUCTIONS.some((pattern) => pattern.test(shown))) flags.add('instruction_like');
  }
  return [...flags].sort();
}

/** The text with every character that would not show written out, so that a person sees what a model reads. */
export function madeVisible(text: string): string {
  return text.replace(
    /[^\P{C}\n]|\p{Default_Ignorable_Code_Point}|[\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

function collect(value: JsonValue, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) collect(item, into);
  else if (isJsonObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      into.push(key);
      collect(member, into);
    }
  }
}
