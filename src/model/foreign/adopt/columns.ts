import type { GraphConstant, GraphNode } from '../../model-graph.ts';
import { named, otherKind } from '../other-kind.ts';
import { ELEM, type ForeignTensor } from './foreign-graph.ts';

/** Maximum number of columns. */
const MAX_COLUMNS = 4096;

/** What the inputs of a foreign graph are. */
export interface ForeignColumns {
  readonly nFeatures: number;
  readonly inputs: readonly ForeignTensor[];
}

/** Columns as a file has them. */
export interface StatedColumns {
  /** Number of columns; null where the file does not state it. */
  readonly width: number | null;
  /** Names of inputs of one column each, in their order; null where one input has all columns. */
  readonly names: readonly string[] | null;
}

/** @throws {ModelError} `MODEL_KIND` for inputs that are not columns of numbers. */
export function statedColumns(inputs: readonly ForeignTensor[]): StatedColumns {
  for (const { name, kind, elemType, dims } of inputs) {
    if (kind !== 'tensor') throw otherKind(`takes ${named(name)}, which is no tensor`);
    if (elemType === ELEM.string)
      throw otherKind(
        `takes texts (${named(name)})`,
        'encode categories as numbers before it, and export it with float inputs',
      );
    if (elemType !== ELEM.float && elemType !== ELEM.double)
      throw otherKind(`takes ${named(name)} of another type than numbers`, 'export it with FloatTensorType inputs');
    if (dims !== null && dims.length !== 2)
      throw otherKind(`takes ${named(name)} in ${dims.length} dimensions, not rows of columns`);
    if (dims !== null && dims[0] !== null && dims[0] !== 1)
      throw otherKind(`takes ${dims[0]} rows together`, 'export it with a first dimension that varies ([None, n])');
  }
  const [first, ...others] = inputs;
  if (first === undefined) throw otherKind('has no input');
  const width = first.dims?.[1] ?? null;
  if (width !== null && !(width >= 0 && width <= MAX_COLUMNS))
    throw otherKind(`takes ${width} columns, more than ${MAX_COLUMNS}`);
  if (others.length === 0) return { width, names: width === 1 ? [first.name] : null };
  const wide = inputs.find(({ dims }) => dims?.[1] !== 1);
  if (wide !== undefined || inputs.length > MAX_COLUMNS)
    throw otherKind(
      `has several inputs, of which ${named((wide ?? first).name)} is not one column`,
      'export it with one input of all columns, or one input for each column',
    );
  return { width: inputs.length, names: inputs.map(({ name }) => name) };
}

/** Name of our input among the names of a foreign graph, which may have an `X` of its own. */
export const OUR_INPUT = '\0X';

/** Operators from our input to those of the graph; none for a graph with one input of float32, which is ours. */
export function inputNodes({ inputs }: ForeignColumns): { nodes: GraphNode[]; constants: GraphConstant[] } {
  const [first, ...others] = inputs;
  if (others.length === 0) return { nodes: isDouble(first) ? [toDouble(OUR_INPUT, first.name)] : [], constants: [] };
  const constants = inputs.map(({ name }, j) => ({ name: `${name}/number`, values: BigInt64Array.of(BigInt(j)) }));
  const nodes = inputs.flatMap((input): GraphNode[] => {
    const { name } = input;
    const column = isDouble(input) ? `${name}/float` : name;
    const inputsOfPick = [OUR_INPUT, `${name}/number`];
    const pick: GraphNode = { op: 'Gather', inputs: inputsOfPick, outputs: [column], attributes: { axis: { int: 1 } } };
    return isDouble(input) ? [pick, toDouble(column, name)] : [pick];
  });
  return { nodes, constants };
}

/** The name that our input has in the graph, where it is the same. */
export function ownInput({ inputs }: ForeignColumns): string {
  return inputs.length === 1 && !isDouble(inputs[0]) ? inputs[0].name : OUR_INPUT;
}

function isDouble({ elemType }: ForeignTensor): boolean {
  return elemType === ELEM.double;
}

function toDouble(from: string, to: string): GraphNode {
  return { op: 'Cast', inputs: [from], outputs: [to], attributes: { to: { int: ELEM.double } } };
}
