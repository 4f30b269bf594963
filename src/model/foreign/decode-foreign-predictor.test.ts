import { describe, expect, test } from 'vitest';
import { type GraphConstant, type GraphNode, ML_DOMAIN, type ModelGraph } from '../model-graph.ts';
import { decodeForeignPredictor } from './decode-foreign-predictor.ts';

const numbers = (name: string, ...values: number[]): GraphConstant => ({ name, values: Float32Array.from(values) });
const integers = (name: string, ...values: number[]): GraphConstant => ({
  name,
  values: BigInt64Array.from(values, BigInt),
});
const node = (op: string, inputs: string[], output: string, attributes: GraphNode['attributes'] = {}): GraphNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const decode = (graph: ModelGraph) => decodeForeignPredictor(graph, { nFeatures: 2 });
const MEAN = node('ReduceMean', ['X'], 'mean', { axes: { ints: [1] } });
const LAST = node('Sigmoid', ['mean'], 'raw_probability');

test('a graph is computed row by row', () => {
  const { predictMany } = decode({ nodes: [MEAN, LAST] });
  expect(predictMany(Float32Array.of(1, 3, 0, 0), 2)).toEqual(
    Float64Array.of(Math.fround(1 / (1 + Math.exp(-2))), 0.5),
  );
});

describe('what would mix rows is refused', () => {
  test.each<[string, GraphNode[], GraphConstant[]]>([
    ['a sum over rows', [node('ReduceMean', ['X'], 'mean', { axes: { ints: [0] } })], []],
    ['a sum over everything', [node('ReduceMean', ['X'], 'mean')], []],
    ['a softmax over rows', [node('Softmax', ['X'], 'mean', { axis: { int: 0 } })], []],
    ['the first row alone', [node('Gather', ['X', 'zero'], 'mean', { axis: { int: 0 } })], [integers('zero', 0)]],
    ['rows against columns', [node('Transpose', ['X'], 't'), node('Add', ['X', 't'], 'mean')], []],
    ['rows as columns', [node('Reshape', ['X', 'shape'], 'mean')], [integers('shape', -1, 1)]],
    ['one row for all', [node('Reshape', ['X', 'shape'], 'mean')], [integers('shape', 1, 2)]],
    ['one more row', [node('Concat', ['X', 'X'], 'mean', { axis: { int: 0 } })], []],
    ['a product of rows', [node('Transpose', ['X'], 't'), node('MatMul', ['t', 'X'], 'mean')], []],
    ['a number for each row', [node('Add', ['X', 'many'], 'mean')], [{ ...numbers('many', 1, 2, 3, 4), dims: [2, 2] }]],
  ])('%s', (_, nodes, constants) => {
    expect(() => decode({ nodes: [...nodes, LAST], constants })).toThrow('across the rows');
  });
});

describe('a result that need not be a probability is refused', () => {
  test.each<[string, GraphNode[], GraphConstant[]]>([
    ['a mean', [node('ReduceMean', ['X'], 'raw_probability', { axes: { ints: [1] } })], []],
    [
      'a sigmoid and one',
      [MEAN, node('Sigmoid', ['mean'], 's'), node('Add', ['s', 'one_more'], 'raw_probability')],
      [numbers('one_more', 1)],
    ],
    ['a sigmoid times two', [MEAN, node('Sigmoid', ['mean'], 's'), node('Add', ['s', 's'], 'raw_probability')], []],
    [
      'the reciprocal of a sigmoid',
      [MEAN, node('Sigmoid', ['mean'], 's'), node('Reciprocal', ['s'], 'raw_probability')],
      [],
    ],
  ])('%s', (_, nodes, constants) => {
    expect(() => decode({ nodes, constants })).toThrow('need not lie in [0, 1]');
  });

  test('and one that is the same for every row', () => {
    const half = node('Sigmoid', ['zero'], 'raw_probability');
    const zero: GraphConstant = { ...numbers('zero', 0), dims: [1, 1] };
    expect(() => decode({ nodes: [half], constants: [zero] })).toThrow('whatever the features are');
  });

  test.each<[string, GraphNode[], GraphConstant[]]>([
    ['the rest to one', [node('Sub', ['unit', 's'], 'raw_probability')], [numbers('unit', 1)]],
    ['a mean of two', [node('Mean', ['s', 's'], 'raw_probability')], []],
    [
      'a limited number',
      [node('Clip', ['mean', 'low', 'high'], 'raw_probability')],
      [
        { ...numbers('low', 0), dims: [] },
        { ...numbers('high', 1), dims: [] },
      ],
    ],
    [
      'one part of a sum',
      [
        node('Sigmoid', ['X'], 'parts'),
        node('ReduceSum', ['parts', 'one_index'], 'total', { keepdims: { int: 1 } }),
        node('Div', ['parts', 'total'], 'shares'),
        node('Gather', ['shares', 'one_index'], 'raw_probability', { axis: { int: 1 } }),
      ],
      [],
    ],
  ])('but not %s', (_, nodes, constants) => {
    const first = [MEAN, node('Sigmoid', ['mean'], 's')];
    const p = decode({ nodes: [...first, ...nodes], constants }).predictOne(Float32Array.of(-1, 2));
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(1);
  });
});

describe('what is no graph is refused', () => {
  test.each<[string, ModelGraph, string]>([
    ['a tensor that nothing makes', { nodes: [LAST] }, 'nothing computes the tensor mean'],
    ['a tensor made twice', { nodes: [MEAN, MEAN, LAST] }, 'mean is made twice'],
    [
      'an attribute that is not known',
      { nodes: [node('Sigmoid', ['X'], 'mean', { alpha: { float: 1 } }), LAST] },
      'has the attribute "alpha"',
    ],
    ['an input too many', { nodes: [node('Sigmoid', ['X', 'X'], 'mean'), LAST] }, 'has 2 inputs'],
    [
      'an index beyond the last',
      { nodes: [node('Gather', ['X', 'at'], 'mean', { axis: { int: 1 } }), LAST], constants: [integers('at', 2)] },
      'takes number 2 of 2',
    ],
    [
      'a constant of another size',
      { nodes: [MEAN, LAST], constants: [{ ...numbers('a', 1), dims: [2 ** 40] }] },
      'is not as large as it says',
    ],
    [
      'sizes that do not fit',
      { nodes: [node('Add', ['X', 'a'], 'mean'), LAST], constants: [numbers('a', 1, 2, 3)] },
      'do not fit each other',
    ],
    [
      'an attribute of another type',
      { nodes: [node('ReduceMean', ['X'], 'mean', { axes: { float: 1 } }), LAST] },
      'is not a list of integers',
    ],
    ['an operator that is not known', { nodes: [node('Loop', ['X'], 'mean'), LAST] }, 'has the operator Loop'],
    ['two columns', { nodes: [node('Sigmoid', ['X'], 'raw_probability')] }, 'not one float32 a row'],
    [
      'a weight that is no number',
      {
        nodes: [
          {
            op: 'LinearClassifier',
            domain: ML_DOMAIN,
            inputs: ['X'],
            outputs: ['label', 'mean'],
            attributes: {
              coefficients: { floats: [1, Number.NaN] },
              intercepts: { floats: [0] },
              classlabels_ints: { ints: [0, 1] },
            },
          },
          LAST,
        ],
      },
      'is not finite',
    ],
    [
      'a label to compute with',
      {
        nodes: [
          {
            op: 'LinearClassifier',
            domain: ML_DOMAIN,
            inputs: ['X'],
            outputs: ['mean', 'other'],
            attributes: {
              coefficients: { floats: [1, 1] },
              intercepts: { floats: [0] },
              classlabels_ints: { ints: [0, 1] },
            },
          },
          LAST,
        ],
      },
      'computes with the label',
    ],
  ])('%s', (_, graph, message) => {
    expect(() => decode(graph)).toThrow(message);
  });

  test('a tensor too large to hold', () => {
    const grow = Array.from({ length: 30 }, (_, k) =>
      node('Concat', [`t${k}`, `t${k}`], `t${k + 1}`, { axis: { int: 1 } }),
    );
    const nodes = [
      node('Identity', ['X'], 't0'),
      ...grow,
      node('ReduceMean', ['t30'], 'mean', { axes: { ints: [1] } }),
      LAST,
    ];
    expect(() => decode({ nodes })).toThrow('computes more than');
  });
});

test('an overflow gives no number, and no bet', () => {
  const scale = node('Mul', ['X', 'large'], 'scaled');
  const weights: GraphConstant = { ...numbers('weights', 1, -1), dims: [2, 1] };
  const nodes = [scale, node('MatMul', ['scaled', 'weights'], 'mean'), LAST];
  const { predictOne } = decode({ nodes, constants: [numbers('large', 1e38), weights] });
  expect(predictOne(Float32Array.of(0, 0))).toBe(0.5);
  expect(() => predictOne(Float32Array.of(1e30, 1e30))).toThrow('predicts NaN; a probability must be in [0, 1]');
});
