import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/server/openapi/document.ts';
import { pythonOperations } from '../support/python-operations.ts';
import { pythonTypes } from '../support/python-types.ts';

const DOCUMENT = openApiDocument({ version: '0', secrets: { token: null, tls: null } });

test('the types of the Python client are those of the OpenAPI document', async () => {
  await expect(pythonTypes(DOCUMENT)).toMatchFileSnapshot('../../python/src/ml4t_client/types.py');
});

test('the operations of the Python client are those of the OpenAPI document', async () => {
  await expect(pythonOperations(DOCUMENT)).toMatchFileSnapshot('../../python/src/ml4t_client/operations.py');
});
