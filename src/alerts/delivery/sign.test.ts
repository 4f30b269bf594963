import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isWebhookSecret } from '../../config/index.ts';
import { keyOf, signedHeaders } from './sign.ts';

interface Signed {
  readonly id: string;
  readonly seconds: number;
  readonly body: string;
  readonly secret: string;
  readonly signature: string;
}
const CASES = JSON.parse(
  readFileSync(new URL('../../../test/golden/alerts/signatures.json', import.meta.url), 'utf8'),
) as readonly Signed[];

test.each(CASES.map((each) => [each.id, each] as const))(
  'the signature of %s is that of the reference library',
  (_, { id, seconds, body, secret, signature }) => {
    expect(isWebhookSecret(secret)).toBe(true);
    expect(signedHeaders(keyOf(secret), id, seconds * 1000 + 999, body)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signature,
    });
  },
);
