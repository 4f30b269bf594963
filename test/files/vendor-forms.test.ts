import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type BarFile, readBars } from '../../src/bars/index.ts';
import { DataError } from '../../src/core/index.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import type { PlainRow, VendorForm } from './form-maker.ts';
import { handForms } from './hand-forms.ts';
import { vendorForms } from './vendor-forms.ts';

const PLAIN = sharedData('../cases/bars/00_canonical.csv');
const BAR_NS = 900_000_000_000n;
const DAY_NS = 86_400_000_000_000n;

const directory = mkdtempSync(join(tmpdir(), 'vendor-forms-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The rows of the plain file; none where it is missing. */
function plainRows(): PlainRow[] {
  if (!hasSharedData) return [];
  const [, ...lines] = readFileSync(PLAIN, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [time, open, high, low, close, volume] = line.split(',');
    return { ms: Date.parse(time), open, high, low, close, volume };
  });
}

const forms = [vendorForms, handForms].flatMap((make) => make(plainRows()));

/** Reads a form. @returns the bars, or the sentence of the refusal; any other error is thrown. */
async function readForm(form: VendorForm): Promise<BarFile | string> {
  const path = join(directory, `${forms.indexOf(form)}${form.ending ?? '.csv'}`);
  writeFileSync(path, form.content);
  try {
    return await readBars([path], form.options);
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** Asserts that every bar is the one of the plain file at its time, to the last digit: so its label is the same, too. */
async function expectPlain({ bars }: BarFile, { expected }: VendorForm): Promise<void> {
  const plain = (await readBars([PLAIN], { stamp: 'open' })).bars;
  const rowAt = new Map([...plain.tsEvent].map((ts, row) => [ts, row]));
  // Forms of days hold the bars that open at midnight, as if they were days.
  const later = bars.length < 100 ? DAY_NS - BAR_NS : 0n;
  const rows = [...bars.tsEvent].map((ts) => rowAt.get(ts - later));
  expect(rows, 'times of the plain file').not.toContain(undefined);
  const names = ['open', 'high', 'low', 'close', ...(expected === 'prices' ? [] : (['volume'] as const))] as const;
  for (const name of names) {
    const wanted = rows.map((row) => plain[name][row ?? 0]);
    for (const [i, value] of bars[name].entries()) expect(value, `${name} of bar ${i}`).toBeCloseTo(wanted[i], 6);
  }
}

describe('the forms of vendors', { tags: ['real-data'] }, () => {
  test.each(forms.map((form) => [form.name, form] as const))('%s', async (_, form) => {
    const read = await readForm(form);
    if (form.expected instanceof RegExp) {
      expect(read).toMatch(form.expected);
      return;
    }
    if (typeof read === 'string') expect.fail(read);
    await expectPlain(read, form);
  });
});
