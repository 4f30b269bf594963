import type { AttributeValue, GraphNode } from '../model-graph.ts';

/** The operator with the values of its attributes at hand, which those of a file decode whenever they are asked for. */
export function settled(node: GraphNode): GraphNode {
  const entries = Object.entries(node.attributes ?? {});
  return { ...node, attributes: Object.fromEntries(entries.map(([name, value]) => [name, packed(value)])) };
}

/** Long lists take less room, and cross threads sooner, as arrays of one type. */
function packed(value: AttributeValue): AttributeValue {
  if ('floats' in value) return { floats: Float32Array.from(value.floats) };
  if (!('ints' in value)) return value;
  const ints = Int32Array.from(value.ints);
  return ints.every((int, i) => int === value.ints[i]) ? { ints } : value;
}
