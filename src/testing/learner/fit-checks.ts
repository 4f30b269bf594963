import { checkLearner, type Predictor } from '../../model/index.ts';
import { N_FEATURES, type Rows } from './planted-rows.ts';
import type { Check } from './probe.ts';

/** Difference of probabilities that weights may make by rounding. */
const ROUNDING = 1e-6;

/** Promises of a fit. */
export const FIT_CHECKS: Readonly<Record<string, Check>> = {
  'it has a name and the methods of a learner': async (probe) => {
    checkLearner(probe.own);
  },

  'the same rows and the same seed give the same predictor': async (probe) => {
    const rows = probe.rows();
    const [a, b] = [await probe.fit(rows), await probe.fit(copyOf(rows))];
    const promised = 'a fit depends on its rows and its seed only';
    probe.promiseSame(promised, probe.ask(a), probe.ask(b));
    const [first, second] = [a, b].map((each) => textOf(probe.own.value.encode(each)));
    probe.promise(first === second, promised, 'a second fit is encoded differently');
  },

  'a fit and a prediction leave their rows as they are': async (probe) => {
    const rows = probe.rows();
    const before = copyOf(rows);
    const predictor = await probe.fit(rows);
    predictor.predictMany(rows.x, probe.nRows);
    predictor.predictOne(rows.x.subarray(0, N_FEATURES));
    for (const [name, column] of Object.entries(rows) as [keyof Rows, Rows[keyof Rows]][]) {
      const k = column.findIndex((value: number, i: number) => !Object.is(value, before[name][i]));
      probe.promise(k < 0, 'rows are only read', `${name}[${k}] became ${column[k]} instead of ${before[name][k]}`);
    }
  },

  'only the ratios of the weights matter': async (probe) => {
    const rows = probe.rows();
    const doubled = { ...rows, w: rows.w.map((weight) => 2 * weight) };
    const [once, twice] = [await probe.fit(rows), await probe.fit(doubled)];
    probe.promiseSame('doubled weights change nothing', probe.ask(once), probe.ask(twice), ROUNDING);
  },

  'the label of a row of weight 0 does not matter': async (probe) => {
    const rows = probe.rows();
    const w = rows.w.map((weight, k) => (k % 2 === 0 ? weight : 0));
    const y = rows.y.map((label, k) => (k % 2 === 0 ? label : 1 - label));
    const [right, wrong] = [await probe.fit({ ...rows, w }), await probe.fit({ ...rows, w, y })];
    probe.promiseSame('a row of weight 0 teaches nothing', probe.ask(right), probe.ask(wrong), ROUNDING);
  },

  'labels of one class give probabilities, or an error that says so': async (probe) => {
    const rows = probe.rows();
    const fitted = await probe.fit({ ...rows, y: rows.y.map(() => 1) }).catch((error: unknown) => error);
    if (fitted instanceof Error) {
      probe.promise(fitted.message.length > 0, 'an error says what is wrong', 'its message is empty');
      return;
    }
    const predicted = probe.ask(fitted as Predictor);
    const k = predicted.findIndex((p) => !(p >= 0 && p <= 1));
    probe.promise(k < 0, 'labels of one class give probabilities, in [0, 1]', `row ${k} gave ${predicted[k]}`);
  },

  'a fit reports no more steps than it announces': async (probe) => {
    const { x, y, w } = probe.rows();
    const { nSteps } = probe;
    probe.promise(Number.isInteger(nSteps) && nSteps >= 1, 'steps is an integer >= 1', `it is ${nSteps}`);
    let nDone = 0;
    const context = probe.context((n) => {
      nDone += n;
    });
    await probe.own.value.fit(x, y, w, context);
    probe.promise(nDone <= nSteps, `a fit has ${nSteps} steps, as it announces`, `it reported ${nDone}`);
  },
};

function copyOf({ x, y, w }: Rows): Rows {
  return { x: x.slice(), y: y.slice(), w: w.slice() };
}

/** Text of plain data with typed arrays, to compare encodings. */
function textOf(encoded: unknown): string {
  return JSON.stringify(encoded, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
  });
}
