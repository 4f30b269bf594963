import { type AttributeValue, type GraphConstant, type GraphNode, ML_DOMAIN } from '../../model-graph.ts';
import { named, otherKind } from '../other-kind.ts';
import { ELEM, type ForeignGraph, type Producers, producersOf } from './foreign-graph.ts';

type Label = string | number;

/** Labels of two classes, of which the second is the one that pays. */
const BINARY: readonly (readonly Label[])[] = [
  [0, 1],
  [-1, 1],
  ['False', 'True'],
];
/** Attributes that hold the labels of an operator. */
const LABELS = ['classlabels_int64s', 'classlabels_ints', 'classlabels_strings'] as const;
/** Operators through which a label or a score passes. */
const PASSING: ReadonlySet<string> = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/**
 * Labels of the classes, in the order of the probabilities.
 *
 * @param result - the output with the probabilities, a tensor or a map. @returns null where the file does not say them.
 */
export function classLabels(graph: ForeignGraph, result: string): readonly Label[] | null {
  const producers = producersOf(graph.nodes);
  const own = labelsBehind(graph, producers, result);
  if (own !== null) return own;
  const isLabel = (type: number | null): boolean => type !== null && type !== ELEM.float && type !== ELEM.double;
  for (const { name, kind, elemType } of graph.outputs) {
    const labels = kind === 'tensor' && isLabel(elemType) ? labelsBehind(graph, producers, name) : null;
    if (labels !== null) return labels;
  }
  return null;
}

/** Labels of the operator that makes a tensor, or from which it is passed on. */
function labelsBehind(graph: ForeignGraph, producers: Producers, result: string): readonly Label[] | null {
  let name = result;
  for (let steps = 0; steps < graph.nodes.length; steps++) {
    const node = producers.get(name)?.node;
    if (node === undefined) return null;
    const own = ownLabels(node);
    if (own !== null) return own;
    if (node.op === 'ArrayFeatureExtractor' || node.op === 'Gather') return constantLabels(graph, node.inputs[0]);
    if (!PASSING.has(node.op) && node.op !== 'ZipMap' && node.op !== 'Normalizer') return null;
    name = node.inputs[0];
  }
  return null;
}

function ownLabels({ domain, attributes = {} }: GraphNode): readonly Label[] | null {
  if (domain !== ML_DOMAIN) return null;
  for (const name of LABELS) {
    const value: AttributeValue | undefined = attributes[name];
    if (value === undefined) continue;
    if ('strings' in value && value.strings.length > 0) return value.strings;
    if ('ints' in value && value.ints.length > 0) return Array.from(value.ints);
  }
  return null;
}

function constantLabels({ constants, texts }: ForeignGraph, name: string): readonly Label[] | null {
  const constant: GraphConstant | undefined = constants.find((each) => each.name === name);
  return constant === undefined ? (texts.get(name) ?? null) : Array.from(constant.values, Number);
}

/** @throws {ModelError} `MODEL_KIND` for other labels than those of two classes in a known order. */
export function checkLabels(labels: readonly Label[]): void {
  if (BINARY.some((known) => known.length === labels.length && known.every((label, k) => label === labels[k]))) return;
  if (labels.length !== 2) throw otherKind(`tells ${labels.length} classes apart, not two`);
  const shown = labels.map((label) => named(String(label))).join(' and ');
  throw otherKind(
    `has the classes ${shown}, of which the one that pays is not known`,
    'train it with the labels 0 and 1, where 1 is the one that pays',
  );
}
