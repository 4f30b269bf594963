import { expect, test } from 'vitest';
import { knownWords } from './known-words.ts';

test('words and numbers that are known are shown', () => {
  for (const word of ['ok', 'invalid_payload', 'channel_not_found', 'no_service']) {
    expect(knownWords(`${word}\n`)).toBe(word);
  }
  expect(knownWords('{"message": "Unknown Webhook", "code": 10015}')).toBe('10015: Unknown Webhook');
  expect(knownWords('{"message": "/api/T0KEN", "code": 50027}'), 'the words are ours').toBe(
    '50027: Invalid Webhook Token',
  );
});

test.each([
  '',
  'no_service for /services/T0/B0/s3cret',
  'POST /services/a%2Fb/s3cret',
  '/services/a/b/s3cret',
  's3cret',
  '{"path": "/s3cret"}',
  '{"code": "s3cret"}',
  '{"code": 1, "s3cret": true}',
  '{"code":',
  '<html>s3cret</html>',
])('nothing is shown of %s', (answer) => {
  expect(knownWords(answer)).toBe('');
});
