// @module-tag python-libraries
import { expect, test } from 'vitest';
import { librariesPython } from '../support/machine.ts';
import { unittest } from '../support/python-client.ts';

const PYTHON = librariesPython ?? 'python3';

test('the Python client works with pandas, polars, NumPy and Arrow, on an event loop and over the stream', async () => {
  expect(await unittest(PYTHON, ['discover', '-s', 'tests'])).toBe(0);
});
