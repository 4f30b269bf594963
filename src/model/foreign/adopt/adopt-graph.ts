import { ModelError } from '../../../core/index.ts';
import { corrupt } from '../../corrupt-file.ts';
import type { GraphConstant, GraphNode } from '../../model-graph.ts';
import type { Compiler } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { foreignCompiler, predictorOf } from '../decode-foreign-predictor.ts';
import type { ForeignPredictor } from '../foreign-predictor.ts';
import { named, otherKind } from '../other-kind.ts';
import { settled } from '../settled-node.ts';
import { checkWhole } from './check-whole.ts';
import { type ChosenOutput, chooseOutput } from './choose-output.ts';
import { type ForeignColumns, inputNodes, ownInput } from './columns.ts';
import { ELEM, type ForeignGraph } from './foreign-graph.ts';
import { checkKind } from './known-kinds.ts';
import { modernForm } from './modern-form.ts';
import { neededNodes } from './sort-nodes.ts';

/** Beginning of the names of tensors in our files. */
const PREFIX = 'foreign_';

/**
 * Makes a predictor of a foreign graph: the operators that its probability of class 1 needs, in the form of our files, from `X` to
 * `raw_probability`.
 *
 * @param columns - what its inputs are. @param treeLevels - maximum number of splits above a leaf; by default that of the settings.
 * @throws {ModelError} `MODEL_KIND` for a sound model of another kind, `MODEL_CORRUPT` for a graph that is damaged.
 */
export function adoptGraph(graph: ForeignGraph, columns: ForeignColumns, treeLevels?: number): ForeignPredictor {
  checkWhole(graph);
  const chosen = chooseOutput(graph);
  const known = new Set([...graph.inputs.map(({ name }) => name), ...graph.constants.map(({ name }) => name)]);
  const needed = neededNodes(graph.nodes, chosen.tensor, known);
  checkKind(needed);
  const form = modernForm(needed, graph.constants);
  const first = inputNodes(columns);
  const nodes = [...first.nodes, ...form.nodes];
  const renamed = rename(nodes, [...first.constants, ...form.constants], ownInput(columns), chosen.tensor);
  const compiler = foreignCompiler({ nFeatures: columns.nFeatures, ...(treeLevels && { treeLevels }) });
  for (const constant of renamed.constants) compiler.addConstant(constant);
  for (const node of renamed.nodes) compiler.add(node);
  const last = selection(compiler, renamed.result, chosen, needed);
  for (const node of last) compiler.add(node);
  const whole = { nodes: [...renamed.nodes, ...last], constants: renamed.constants };
  return predictorOf(compiler, whole, chosen.sentence);
}

/** Names of its own for all tensors, so that none is like one of ours; constants that nothing needs are left out. */
function rename(nodes: readonly GraphNode[], constants: readonly GraphConstant[], input: string, result: string) {
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), result]);
  const kept = constants.filter(({ name }) => used.has(name));
  const names = new Map<string, string>([
    ['', ''],
    [input, 'X'],
  ]);
  const renamed = (name: string): string => {
    const given = names.get(name) ?? `${PREFIX}${names.size}`;
    names.set(name, given);
    return given;
  };
  return {
    constants: kept.map((constant) => ({ ...constant, name: renamed(constant.name) })),
    nodes: nodes.map((node) => ({
      ...settled(node),
      inputs: withoutLastBlanks(node.inputs.map(renamed)),
      outputs: withoutLastBlanks(node.outputs.map(renamed)),
    })),
    result: renamed(result),
  };
}

function withoutLastBlanks(names: readonly string[]): string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/** Operators from the scores to `raw_probability`: the last of two columns, or the only one. */
function selection(compiler: Compiler, name: string, chosen: ChosenOutput, needed: readonly GraphNode[]): GraphNode[] {
  const value = compiler.value(name);
  const { type } = value;
  if (type !== 'float' && type !== 'double') throw otherKind(`gives ${type}, and no probability`);
  const isDouble = type === 'double';
  const column = isDouble ? `${PREFIX}column` : 'raw_probability';
  const last = isDouble
    ? [{ op: 'Cast', inputs: [column], outputs: ['raw_probability'], attributes: { to: { int: ELEM.float } } }]
    : [];
  return [columnNode(value, name, column, chosen, needed), ...last];
}

function columnNode(
  { dims, rowAxis }: Value,
  name: string,
  column: string,
  { output, hasLabels }: ChosenOutput,
  needed: readonly GraphNode[],
): GraphNode {
  const isMatrix = dims.length === 2 && rowAxis === 0;
  if (isMatrix && dims[1] > 2) throw otherKind(`tells ${dims[1]} classes apart, not two`);
  if (isMatrix && dims[1] === 2) {
    if (!hasLabels)
      throw otherKind(
        `does not say which classes the two columns of ${named(output)} are`,
        'export it with the label, as skl2onnx and onnxmltools do',
      );
    return { op: 'Gather', inputs: [name, 'one_index'], outputs: [column], attributes: { axis: { int: 1 } } };
  }
  if (!hasLabels && !needed.some(isSquashing))
    throw otherKind(
      'is a regressor: it gives a number, and not the probability of a class',
      'train a classifier, or export it with a sigmoid behind the trees (docs/foreign.md)',
    );
  if (isMatrix && dims[1] === 1) return { op: 'Identity', inputs: [name], outputs: [column] };
  if (dims.length === 1 && rowAxis === 0) return { op: 'Unsqueeze', inputs: [name, 'one_index'], outputs: [column] };
  throw otherKind(`gives ${named(output)} in ${dims.length} dimensions`);
}

/** Whether an operator makes probabilities of scores. */
function isSquashing({ op, attributes = {} }: GraphNode): boolean {
  const transform = attributes.post_transform;
  if (op === 'Sigmoid' || op === 'Softmax' || op === 'Exp') return true;
  if (transform === undefined) return false;
  return 'string' in transform ? transform.string !== 'NONE' : 'int' in transform && transform.int !== 0;
}

/** @throws {ModelError} `MODEL_SCHEMA` where the names are not as many as the columns. */
export function checkWidth(width: number | null, names: readonly string[]): void {
  if (width === null || width === names.length) return;
  if (!(width >= 1)) throw corrupt(`its input has ${width} columns`);
  const named = `${names.length} were named (${names.join(', ')})`;
  throw new ModelError('MODEL_SCHEMA', `the model takes ${width} features, ${named}`);
}
