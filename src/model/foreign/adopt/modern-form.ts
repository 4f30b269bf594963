import { corrupt } from '../../corrupt-file.ts';
import type { AttributeValue, GraphConstant, GraphNode } from '../../model-graph.ts';
import { Attributes } from '../compile/attributes.ts';
import { named, otherKind } from '../other-kind.ts';

/** Lists that are inputs since a version, and were attributes before. */
const BECAME_INPUTS: Readonly<Record<string, readonly string[]>> = {
  ReduceSum: ['axes'],
  Slice: ['starts', 'ends', 'axes'],
  Split: ['split'],
  Squeeze: ['axes'],
  Unsqueeze: ['axes'],
};
/** Operators whose axes are an input since version 18, and are an attribute in ours. */
const BECAME_ATTRIBUTES: readonly string[] = [
  'ReduceL1',
  'ReduceL2',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
];
/** Attributes that change nothing here: they are of other types, or of hints. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  Cast: ['saturate', 'round_mode'],
  Dropout: ['ratio', 'seed', 'is_test'],
  Reshape: ['allowzero'],
  Split: ['num_outputs'],
};

/** Operators in the form of version 13, with the constants that some of them then need. */
export interface ModernForm {
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphConstant[];
}

/** Rewrites operators of any known version as those of our files. */
export function modernForm(nodes: readonly GraphNode[], constants: readonly GraphConstant[]): ModernForm {
  const form = new Form(constants);
  const all = nodes.flatMap((node) => form.modern(node));
  return { nodes: all, constants: form.constants };
}

class Form {
  readonly constants: GraphConstant[];
  readonly #known: Map<string, GraphConstant>;

  constructor(constants: readonly GraphConstant[]) {
    this.constants = [...constants];
    this.#known = new Map(constants.map((constant) => [constant.name, constant]));
  }

  modern(node: GraphNode): readonly GraphNode[] {
    const attributes = new Attributes(node);
    if (node.domain !== undefined) return [node];
    if (node.op === 'Reshape' && attributes.int('allowzero', 0) !== 0) throw otherKind('has a Reshape to nothing');
    if (node.op === 'Constant') return this.#constant(node, attributes);
    if (node.op === 'Dropout')
      return [{ op: 'Identity', inputs: node.inputs.slice(0, 1), outputs: node.outputs.slice(0, 1) }];
    const lists = BECAME_INPUTS[node.op];
    if (lists?.some((name) => attributes.has(name))) return [this.#withInputs(node, attributes, lists)];
    if (node.op === 'Clip' && (attributes.has('min') || attributes.has('max'))) return [this.#clip(node, attributes)];
    if (BECAME_ATTRIBUTES.includes(node.op) && node.inputs.length > 1) return [this.#withAxes(node)];
    return [without(node, LEFT_OUT[node.op] ?? [])];
  }

  /** A constant as one of the graph. */
  #constant(node: GraphNode, attributes: Attributes): readonly GraphNode[] {
    const [name] = node.outputs;
    const tensor = attributes.tensor('value');
    if (tensor !== null) this.#add({ ...tensor, name });
    else if (attributes.has('value_float'))
      this.#add({ name, values: Float32Array.of(attributes.float('value_float', 0)), dims: [] });
    else if (attributes.has('value_int'))
      this.#add({ name, values: BigInt64Array.of(BigInt(attributes.int('value_int', 0))), dims: [] });
    else if (attributes.has('value_floats'))
      this.#add({ name, values: Float32Array.from(attributes.floats('value_floats')) });
    else if (attributes.has('value_ints')) this.#add({ name, values: integers(attributes.ints('value_ints')) });
    else throw otherKind('has a constant that is not of numbers');
    return [];
  }

  #add(constant: GraphConstant): string {
    this.constants.push(constant);
    this.#known.set(constant.name, constant);
    return constant.name;
  }

  #withInputs(node: GraphNode, attributes: Attributes, lists: readonly string[]): GraphNode {
    const added = lists.map((name) =>
      attributes.has(name)
        ? this.#add({ name: `${node.outputs[0]}/${name}`, values: integers(attributes.ints(name)) })
        : '',
    );
    return { ...without(node, lists), inputs: [node.inputs[0], ...added] };
  }

  #clip(node: GraphNode, attributes: Attributes): GraphNode {
    const added = ['min', 'max'].map((name) =>
      attributes.has(name)
        ? this.#add({
            name: `${node.outputs[0]}/${name}`,
            values: Float32Array.of(attributes.float(name, 0)),
            dims: [],
          })
        : '',
    );
    return { ...without(node, ['min', 'max']), inputs: [node.inputs[0], ...added] };
  }

  #withAxes(node: GraphNode): GraphNode {
    const axes = this.#known.get(node.inputs[1]);
    if (axes === undefined && node.inputs[1] !== '') throw otherKind(`computes the axes of a ${named(node.op)}`);
    const attributes = { ...node.attributes, ...(axes && { axes: { ints: Array.from(axes.values, Number) } }) };
    return without({ ...node, inputs: node.inputs.slice(0, 1), attributes }, ['noop_with_empty_axes']);
  }
}

function integers(list: ArrayLike<number>): BigInt64Array {
  return BigInt64Array.from(Array.from(list), (value) => {
    if (!Number.isInteger(value)) throw corrupt('a list of integers holds another number');
    return BigInt(value);
  });
}

function without(node: GraphNode, names: readonly string[]): GraphNode {
  const { attributes = {} } = node;
  if (!names.some((name) => name in attributes)) return node;
  const left = Object.entries(attributes).filter(([name]): boolean => !names.includes(name));
  return { ...node, attributes: Object.fromEntries(left) satisfies Record<string, AttributeValue> };
}
