import { corrupt } from '../../corrupt-file.ts';
import type { Attributes } from '../compile/attributes.ts';
import type { Bounds, Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { named, otherKind } from '../other-kind.ts';
import { type EnsembleOptions, numbersOf, readEnsemble } from '../trees/read-ensemble.ts';
import { readEnsemble5 } from '../trees/read-ensemble-5.ts';
import { AGGREGATES, type Aggregate, type TreeArrays } from '../trees/tree-arrays.ts';
import { unary } from './elementwise.ts';
import { inputAt } from './inputs.ts';
import { joined } from './rearrange.ts';
import { columnsOf, scoresWithTransform, type Transform, transformOf } from './scores.ts';

/** Maximum number of targets of an ensemble. */
const MAX_TARGETS = 64;
/** Numbers of aggregates in a `TreeEnsemble`. */
const AGGREGATES_5: readonly Aggregate[] = ['AVERAGE', 'SUM', 'MIN', 'MAX'];

/** Tree ensembles. */
export const TREES: Readonly<Record<string, OperatorCompiler>> = {
  'ai.onnx.ml:TreeEnsembleClassifier': classifier,
  'ai.onnx.ml:TreeEnsembleRegressor': regressor,
  'ai.onnx.ml:TreeEnsemble': ensemble5,
};

function classifier(operation: Operation, compiler: Compiler): readonly (Value | null)[] {
  const { attributes } = operation;
  const x = columnsOf(inputAt(operation, 0), 'TreeEnsembleClassifier');
  const nClasses = attributes.ints('classlabels_int64s').length || attributes.strings('classlabels_strings').length;
  if (nClasses !== 2) throw otherKind(`tells ${nClasses} classes apart, not two`);
  const ids = attributes.ints('class_ids');
  const isSingle = Array.from(ids).every((id) => id === ids[0]);
  const transform = transformOf(attributes.string('post_transform', 'NONE'));
  const base = numbersOf(attributes, 'base_values');
  const scores = isSingle
    ? singleScores(operation, compiler, x, { id: ids[0], base, transform })
    : pairScores(operation, compiler, x, { base, transform });
  return [null, scores];
}

interface ClassifierOptions {
  readonly base: ArrayLike<number>;
  readonly transform: Transform;
}

/** Leaves weigh one class, which runtimes read as class 1 whatever its number. */
function singleScores(
  { attributes }: Operation,
  compiler: Compiler,
  x: Value,
  { id, base, transform }: ClassifierOptions & { readonly id: number },
): Value {
  if (id !== 0 && id !== 1) throw corrupt(`its leaves weigh class ${id} of two`);
  if (base.length > 1 || (base.length === 1 && id === 1))
    throw otherKind(`has ${base.length} base values and leaves of class ${id} alone, which runtimes read differently`);
  const score = scoresOf(compiler, x, {
    attributes,
    prefix: 'class',
    nTargets: 1,
    targetOf: () => 0,
    aggregate: 'SUM',
    base: base.length === 1 ? Float64Array.of(base[0]) : new Float64Array(1),
  });
  if (id === 1) {
    const rest: Value = { ...score, at: compiler.number(score.type, 0).at }; // the score of class 0, which no leaf weighs
    return scoresWithTransform(compiler, joined([rest, score], 1), transform);
  }
  if (transform !== 'NONE' && transform !== 'LOGISTIC')
    throw otherKind(`has a ${transform} of one score, which onnxruntime leaves out`);
  const isPositive = Array.from(numbersOf(attributes, 'class_weights')).every((weight) => weight >= 0);
  return scoresWithTransform(compiler, score, transform, isPositive ? 'share' : 'margin');
}

/** Every leaf weighs both classes. */
function pairScores(
  { attributes }: Operation,
  compiler: Compiler,
  x: Value,
  { base, transform }: ClassifierOptions,
): Value {
  if (base.length > 0) throw otherKind('has base values and leaves of both classes, which runtimes read differently');
  const scores = scoresOf(compiler, x, {
    attributes,
    prefix: 'class',
    nTargets: 2,
    targetOf: (id) => targetIn(id, 2),
    aggregate: 'SUM',
    base: new Float64Array(2),
  });
  return scoresWithTransform(compiler, scores, transform);
}

function regressor(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes } = operation;
  const x = columnsOf(inputAt(operation, 0), 'TreeEnsembleRegressor');
  const nTargets = checkTargets(attributes.int('n_targets', 1));
  const aggregate = attributes.string('aggregate_function', 'SUM');
  const base = numbersOf(attributes, 'base_values');
  if (base.length !== 0 && base.length !== nTargets)
    throw corrupt(`it has ${base.length} base values for ${nTargets} targets`);
  const scores = scoresOf(compiler, x, {
    attributes,
    prefix: 'target',
    nTargets,
    targetOf: (id) => targetIn(id, nTargets),
    aggregate: AGGREGATES.find((each) => each === aggregate) ?? unknownAggregate(aggregate),
    base: Float64Array.from({ length: nTargets }, (_, c) => base[c] ?? 0),
  });
  return [transformed(compiler, scores, transformOf(attributes.string('post_transform', 'NONE')))];
}

/** The scores of a regressor after its transform, which onnxruntime leaves out where there is one target. */
function transformed(compiler: Compiler, scores: Value, transform: Transform): Value {
  if (scores.dims[1] === 1 && transform !== 'NONE')
    throw otherKind(`has a ${transform} of one score, which onnxruntime leaves out`);
  return scoresWithTransform(compiler, scores, transform);
}

function unknownAggregate(name: string): never {
  throw corrupt(`its aggregate_function ${named(name)} is not known`);
}

function checkTargets(n: number): number {
  if (Number.isInteger(n) && n >= 1 && n <= MAX_TARGETS) return n;
  throw n > MAX_TARGETS ? otherKind(`has ${n} targets`) : corrupt(`its trees have ${n} targets`);
}

function targetIn(id: number, n: number): number {
  if (id >= 0 && id < n) return id;
  throw corrupt(`a leaf weight is for class ${id} of ${n}`);
}

interface ScoreOptions extends Pick<EnsembleOptions, 'prefix' | 'nTargets' | 'targetOf'> {
  readonly attributes: Attributes;
  readonly aggregate: Aggregate;
  readonly base: Float64Array;
}

/** (n, nTargets) float32 scores of an ensemble of the older operators. */
function scoresOf(compiler: Compiler, x: Value, { attributes, aggregate, base, ...options }: ScoreOptions): Value {
  const isFloat = x.type !== 'double';
  const structure = readEnsemble(attributes, {
    ...options,
    nFeatures: x.dims[1],
    isFloat,
    maxLevels: compiler.treeLevels,
  });
  const scores = treeStep(compiler, x, { ...structure, nTargets: options.nTargets, aggregate, base, isFloat });
  return isFloat ? scores : unary(compiler, 'identity', scores, 'float');
}

function ensemble5(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes } = operation;
  const x = columnsOf(inputAt(operation, 0), 'TreeEnsemble');
  if (x.type !== 'float' && x.type !== 'double') throw corrupt(`its TreeEnsemble is given ${x.type}`);
  const nTargets = checkTargets(attributes.int('n_targets', 1));
  const isFloat = x.type === 'float';
  const maxLevels = compiler.treeLevels;
  const aggregate = AGGREGATES_5[attributes.int('aggregate_function', 1)];
  if (aggregate === undefined) throw corrupt('its aggregate_function is not known');
  const structure = readEnsemble5(attributes, { nFeatures: x.dims[1], nTargets, isFloat, maxLevels });
  if (nTargets > 1) checkEveryTarget({ ...structure, nTargets });
  const base = new Float64Array(nTargets);
  const scores = treeStep(compiler, x, { ...structure, nTargets, aggregate, base, isFloat });
  if (attributes.int('post_transform', 0) !== 0)
    throw otherKind(
      'has a post_transform in a TreeEnsemble, whose number onnxruntime reads as another one than ONNX names',
    );
  return [scores];
}

/**
 * A leaf of a `TreeEnsemble` weighs one target. A row must fall into one of each target, or a runtime would leave the target out.
 *
 * @throws {ModelError} unless each target has a tree whose leaves all weigh it.
 */
function checkEveryTarget({
  roots,
  feature,
  leaf,
  nTargets,
}: ReturnType<typeof readEnsemble5> & { readonly nTargets: number }): void {
  const weighs = new Set<number>();
  for (const [t, root] of roots.entries()) {
    const nodes = Array.from({ length: (roots[t + 1] ?? feature.length) - root }, (_, i) => root + i);
    const leaves = nodes.filter((node) => feature[node] < 0);
    for (let c = 0; c < nTargets; c++) if (leaves.every((node) => leaf[node * nTargets + c] !== 0)) weighs.add(c);
  }
  if (weighs.size < nTargets)
    throw otherKind('has leaves of several targets in one tree, which runtimes add up differently');
}

/** The walk through the trees; features that do not lie together are copied first. */
function treeStep(compiler: Compiler, x: Value, trees: TreeArrays): Value {
  const { at } = x.at.every((address, j) => address === x.at[0] + j) ? x : unary(compiler, 'identity', x);
  const type = trees.isFloat ? 'float' : 'double';
  const bounds = leafBounds(trees);
  return compiler.step(
    { type, dims: [1, trees.nTargets], rowAxis: x.rowAxis },
    (out) => ({ kind: 'trees', trees, from: at[0], out }),
    (c) => bounds[c],
  );
}

/** Bounds of each target: no row does better than the best leaf of every tree. */
function leafBounds({ roots, feature, leaf, nTargets, aggregate, base }: TreeArrays): Bounds[] {
  return Array.from({ length: nTargets }, (_, c) => {
    let [low, high] = [0, 0];
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let t = 0; t < roots.length; t++) {
      let [worst, best] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let node = roots[t]; node < (roots[t + 1] ?? feature.length); node++) {
        if (feature[node] >= 0) continue;
        worst = Math.min(worst, leaf[node * nTargets + c]);
        best = Math.max(best, leaf[node * nTargets + c]);
      }
      [low, high] = [low + worst, high + best];
      [least, most] = [Math.min(least, worst), Math.max(most, best)];
    }
    const n = roots.length;
    const ends: Bounds =
      aggregate === 'SUM' ? [low, high] : aggregate === 'AVERAGE' ? [low / n, high / n] : [least, most];
    return [ends[0] + base[c], ends[1] + base[c]];
  });
}
