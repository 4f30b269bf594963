import type { GraphNode } from '../../model-graph.ts';
import { named, otherKind } from '../other-kind.ts';
import { checkLabels, classLabels } from './class-labels.ts';
import { ELEM, type ForeignGraph, type ForeignTensor, producersOf } from './foreign-graph.ts';

/** Where a graph has its probability. */
export interface ChosenOutput {
  /** Name of the output, for sentences. */
  readonly output: string;
  /** Tensor with the scores, of which the last column is class 1. */
  readonly tensor: string;
  /** Whether the file names its classes. */
  readonly hasLabels: boolean;
  /** What was chosen, as part of a sentence. */
  readonly sentence: string;
}

const ONE_OUTPUT = 'export it with the label and the probabilities alone';

/**
 * Chooses the output with the probability of class 1: the only one of numbers that are no labels.
 *
 * @throws {ModelError} `MODEL_KIND` where there is none, or more than one.
 */
export function chooseOutput(graph: ForeignGraph): ChosenOutput {
  const candidates = graph.outputs.filter(isOfNumbers);
  if (candidates.length === 0)
    throw otherKind(
      'gives a label and no probability',
      'export the classifier with its probabilities (docs/foreign.md)',
    );
  if (candidates.length > 1) {
    const names = candidates
      .map(({ name }) => named(name))
      .slice(0, 4)
      .join(', ');
    throw otherKind(
      `has several outputs of numbers (${names}), of which none is sure to be the probability`,
      ONE_OUTPUT,
    );
  }
  const output = candidates[0].name;
  const labels = classLabels(graph, output);
  if (labels !== null) checkLabels(labels);
  const isOf =
    labels === null
      ? 'taken as that of class 1, which it does not name'
      : `class ${labels[1]} of ${labels.join(' and ')}`;
  const sentence = `the probability is its output ${named(output)}, ${isOf}`;
  return { output, tensor: throughMap(graph, candidates[0]), hasLabels: labels !== null, sentence };
}

function isOfNumbers({ kind, elemType }: ForeignTensor): boolean {
  if (kind === 'map') return true;
  return kind === 'tensor' && (elemType === null || elemType === ELEM.float || elemType === ELEM.double);
}

/** The tensor of which a map of label and probability is made. */
function throughMap({ nodes }: ForeignGraph, { name }: ForeignTensor): string {
  const producers = producersOf(nodes);
  const node: GraphNode | undefined = producers.get(name)?.node;
  return node?.op === 'ZipMap' ? (node.inputs[0] ?? name) : name;
}
