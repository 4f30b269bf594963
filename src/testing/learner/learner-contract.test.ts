import { describe, expect, test } from 'vitest';
import { logisticBytes, logisticNodes } from '../../../test/support/learners/logistic.ts';
import { boostingLearner, forestLearner, type Learner, type Predictor } from '../../model/index.ts';
import { ContractError, learnerContract } from '../index.ts';

describe.each<[string, Learner]>([
  ['the built-in forest', forestLearner],
  ['the built-in boosting', boostingLearner],
  ['a logistic regression as ONNX operators', logisticNodes],
  ['a logistic regression as bytes', logisticBytes],
])('%s', (_, learner) => {
  for (const { name, run } of learnerContract(learner)) test(name, run);
});

test.each([2, 3])('no promise depends on the seed (%i)', async (seed) => {
  for (const learner of [forestLearner, boostingLearner, logisticNodes] as const) {
    for (const { run } of learnerContract(learner, { seed })) await run();
  }
});

/** The learner with another predictor made of each of its predictors. */
function changed(change: (made: Predictor) => Partial<Predictor>): Learner {
  const wrap = <P extends Predictor>(made: P): P => ({ ...made, ...change(made) });
  return {
    ...logisticNodes,
    name: 'wrong',
    fit: async (x, y, w, context) => wrap(await logisticNodes.fit(x, y, w, context)),
    decode: (encoded, context) => wrap(logisticNodes.decode(encoded, context)),
  };
}

/** A learner that predicts one probability for every row. */
const constant = (p: number): Learner =>
  changed(() => ({ predictOne: () => p, predictMany: (_, nRows) => new Float64Array(nRows).fill(p) }));

const plain: Learner = logisticNodes;
let calls = 0;

const WRONG: readonly (readonly [what: string, learner: Learner, broken: string])[] = [
  ['has a name that no file can hold', { ...logisticNodes, name: 'My Learner' }, 'a name'],
  ['has the name of the forest', { ...logisticNodes, name: 'forest' }, 'a name'],
  ['has the name of the boosting', { ...logisticNodes, name: 'boosting' }, 'a name'],
  [
    'counts its fits',
    {
      ...logisticNodes,
      fit: (x, y, w, context) =>
        logisticNodes.fit(
          x.map((v) => v + 1e-3 * calls++),
          y,
          w,
          context,
        ),
    },
    'the same rows',
  ],
  [
    'scales its rows in place',
    {
      ...logisticNodes,
      fit: (x, y, w, context) => {
        const predictor = logisticNodes.fit(x, y, w, context);
        x[0] += 1;
        return predictor;
      },
    },
    'leave their rows',
  ],
  [
    'adds a constant to the weights',
    {
      ...logisticNodes,
      fit: (x, y, w, context) =>
        logisticNodes.fit(
          x,
          y,
          w.map((v) => v + 0.5),
          context,
        ),
    },
    'ratios of the weights',
  ],
  [
    'ignores the weights',
    {
      ...logisticNodes,
      fit: (x, y, w, context) =>
        logisticNodes.fit(
          x,
          y,
          w.map(() => 1),
          context,
        ),
    },
    'weight 0',
  ],
  [
    'predicts log-odds',
    changed((made) => ({
      predictOne: (row) => Math.log(made.predictOne(row) / (1 - made.predictOne(row))),
      predictMany: (x, nRows) => made.predictMany(x, nRows).map((p) => Math.log(p / (1 - p))),
    })),
    'are probabilities',
  ],
  ['predicts no number', constant(Number.NaN), 'are probabilities'],
  [
    'rounds one row only',
    changed((made) => ({ predictOne: (row) => Math.fround(made.predictOne(row)) })),
    'one row alone',
  ],
  [
    'forgets its intercept in a file',
    {
      ...logisticNodes,
      decode: (encoded, context) => {
        const { weights } = logisticNodes.decode(encoded, context);
        return logisticBytes.decode({ bytes: new TextEncoder().encode(JSON.stringify([0, ...weights])) }, context);
      },
    },
    'decoded to the same bits',
  ],
  [
    'names a tensor as we do',
    {
      ...logisticNodes,
      encode: (predictor) => {
        const encoded = plain.encode(predictor);
        const nodes = 'graph' in encoded ? encoded.graph.nodes : [];
        return { graph: { nodes: nodes.map((node) => ({ ...node, outputs: node.outputs.map(asLogit) })) } };
      },
    },
    'a model file',
  ],
  [
    'sorts its columns',
    changed((made) => {
      const sorted = (row: Float32Array): Float32Array => row.slice().reverse();
      return {
        predictOne: (row) => made.predictOne(sorted(row)),
        predictMany: (x, nRows) =>
          Float64Array.from({ length: nRows }, (_, k) => made.predictOne(sorted(x.slice(4 * k, 4 * k + 4)))),
      };
    }),
    'order of the fit',
  ],
  ['learns nothing', constant(0.4), 'a planted signal'],
  ['is sure of what it cannot know', constant(1), 'a planted signal'],
  ['has an importance too few', changed(() => ({ importance: new Float64Array(3) })), 'importance'],
  ['explains something else', changed(() => ({ dividends: () => new Float64Array(16) })), 'adds up'],
  [
    'gives Shapley values of something else',
    changed(() => ({ shapley: () => ({ base: 0, contributions: new Float64Array(4) }) })),
    'adds up',
  ],
  [
    'reports steps without end',
    {
      ...logisticNodes,
      fit: (x, y, w, context) => {
        context.onSteps(2);
        return logisticNodes.fit(x, y, w, context);
      },
    },
    'no more steps',
  ],
];

function asLogit(name: string): string {
  return name === 'logistic_label' ? 'logit' : name;
}

test.each(WRONG)('a learner that %s breaks its promise', async (_, learner, broken) => {
  const faults = new Map<string, unknown>();
  for (const { name, run } of learnerContract(learner)) {
    await run().catch((error: unknown) => faults.set(name, error));
  }
  const found = [...faults].find(([name]) => name.includes(broken));
  expect(found, `of ${[...faults.keys()].join('; ')}`).toBeDefined();
  expect(String(found?.[1])).toMatch(/promises|must be/);
  if (found?.[1] instanceof ContractError) expect(found[1].message).toContain('seed 1');
});

test('a prediction that is no probability is named', async () => {
  const cases = learnerContract(constant(1.5)).filter(({ name }) => /one class|are probabilities/.test(name));
  expect(cases).toHaveLength(2);
  for (const { run } of cases) await expect(run()).rejects.toThrow(/row 0( of those near)? gave 1\.5/);
});
