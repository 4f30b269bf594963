import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/server/openapi/document.ts';
import { pythonTypes } from '../support/python-types.ts';

/** What the Python client sends and receives. */
const ROOTS = [
  'Signal',
  'Prediction',
  'EnrichedSignal',
  'LineError',
  'Bar',
  'BarColumns',
  'BarsReceipt',
  'ToldOutcome',
  'Outcome',
  'Status',
  'Problem',
];

test('the types of the Python client are those of the OpenAPI document', async () => {
  const document = openApiDocument({ version: '0', secrets: { token: null, tls: null } });
  await expect(pythonTypes(document, ROOTS)).toMatchFileSnapshot('../../python/src/ml4t_client/types.py');
});
