import type { JsonObject } from '@gatehouse/kernel';
import { expect, it } from 'vitest';
import { asksForCredential } from './asks-for-credential.ts';

const form = (message: string, properties: Record<string, JsonObject> = { answer: { type: 'string' } }) => ({
  message,
  requestedSchema: { type: 'object', properties },
});

it.each([
  ['in the message', form('Please enter your GitHub password.')],
  ['as a field', form('Fill this in', { apiKey: { type: 'string' } })],
  ['as a field in capitals', form('Fill this in', { ACCESS_TOKEN: { type: 'string' } })],
  ['as a title', form('Fill this in', { value: { type: 'string', title: 'Private key (PEM)' } })],
  ['as a description', form('Fill this in', { value: { type: 'string', description: 'your passphrase' } })],
  ['as a token', form('Fill this in', { token: { type: 'string' } })],
  ['by its format', form('Fill this in', { value: { type: 'string', format: 'password' } })],
  ['for a code', form('Enter the one-time code', { value: { type: 'string', title: 'OTP' } })],
  ['behind invisible characters', form('Your pass\u200bword?')],
  ['in wide letters', form('Your ｐａｓｓｗｏｒｄ?')],
])('finds that a form asks for a credential: %s', (_where, params) => {
  expect(asksForCredential(params)).toBe(true);
});

it.each([
  form('What is your name?', { name: { type: 'string' } }),
  form('Which branch should be released?', { branch: { type: 'string', enum: ['main', 'next'] } }),
  form('Delete 3 files?', { confirm: { type: 'boolean', description: 'There is no way back.' } }),
  form('How many tokens may the summary have?', { maxTokens: { type: 'integer' } }),
  form('Pass the salt?', { keyboard: { type: 'string', title: 'Keyboard layout' } }),
])('lets a form pass that asks for none: %#', (params) => {
  expect(asksForCredential(params)).toBe(false);
});
