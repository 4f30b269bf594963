import { DEFAULT_LIMITS } from '../../domain/index.ts';
import { corrupt } from '../corrupt-file.ts';
import type { GraphConstant, GraphNode, ModelGraph } from '../model-graph.ts';
import { Compiler } from './compile/compiler.ts';
import type { Value } from './compile/values.ts';
import { type ForeignPredictor, foreignPredictor, PROBABILITY_TOLERANCE } from './foreign-predictor.ts';
import { OPERATORS } from './operators/index.ts';
import { otherKind } from './other-kind.ts';
import type { Program } from './run/program.ts';
import { settled } from './settled-node.ts';

/** Name of the tensor with the probability, (n, 1) float32. */
const RESULT = 'raw_probability';

export interface DecodeForeignOptions {
  readonly nFeatures: number;
  /** Maximum number of splits above a leaf; by default that of the settings. */
  readonly treeLevels?: number;
}

/** The constant that is in every graph of ours. */
const ONE_INDEX: GraphConstant = { name: 'one_index', values: BigInt64Array.of(1n) };

/** A compiler of foreign graphs. */
export function foreignCompiler({ nFeatures, treeLevels = DEFAULT_LIMITS.treeLevels }: DecodeForeignOptions): Compiler {
  const compiler = new Compiler({ nFeatures, treeLevels, operators: OPERATORS });
  compiler.addConstant(ONE_INDEX);
  return compiler;
}

/**
 * Reads a predictor of another program: operators from `X`, (n, nFeatures) float32, to `raw_probability`, (n, 1) float32.
 *
 * @param graph - operators in an order in which they can be computed.
 * @throws {ModelError} `MODEL_CORRUPT` for a graph that is none, `MODEL_KIND` for one that cannot be computed here, or whose result is not
 * sure to be a probability.
 */
export function decodeForeignPredictor(graph: ModelGraph, options: DecodeForeignOptions): ForeignPredictor {
  const compiler = foreignCompiler(options);
  const nodes = graph.nodes.map(settled);
  for (const constant of graph.constants ?? []) compiler.addConstant(constant);
  for (const node of nodes) compiler.add(node);
  return predictorOf(compiler, { ...graph, nodes });
}

/** The predictor of a graph that was compiled. @param chosen - what of the file is the probability; null where the file is ours. */
export function predictorOf(compiler: Compiler, graph: ModelGraph, chosen: string | null = null): ForeignPredictor {
  const result = compiler.value(RESULT);
  checkProbability(compiler, result);
  const program = compiler.finish(result);
  return foreignPredictor({ graph, program, ...describe(program, graph.nodes, chosen) });
}

function checkProbability(compiler: Compiler, result: Value): void {
  const { type, dims, rowAxis } = result;
  if (type !== 'float' || dims.length !== 2 || dims[1] !== 1) throw corrupt(`its ${RESULT} is not one float32 a row`);
  if (rowAxis === null) throw otherKind('gives the same probability whatever the features are');
  const [low, high] = compiler.boundsOf(result);
  if (low < -PROBABILITY_TOLERANCE || high > 1 + PROBABILITY_TOLERANCE)
    throw otherKind(
      'gives numbers that need not lie in [0, 1], and so no probability',
      'export the classifier with its probabilities: without raw_scores, and a regressor with a sigmoid behind it (docs/foreign.md)',
    );
}

function describe(program: Program, nodes: readonly GraphNode[], chosen: string | null) {
  const trees = program.steps.flatMap((step) => (step.kind === 'trees' ? [step.trees] : []));
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const models = nodes.filter(({ domain, op }) => domain !== undefined && op !== 'ArrayFeatureExtractor');
  const kind = [...new Set(models.map(({ op }) => op))].join(', ') || 'a linear model';
  return {
    description: `trained elsewhere: ${kind}${chosen === null ? '' : `; ${chosen}`}`,
    nTrees: sum(trees.map(({ roots }) => roots.length)),
    nNodes: trees.length > 0 ? sum(trees.map(({ feature }) => feature.length)) : nodes.length,
  };
}
