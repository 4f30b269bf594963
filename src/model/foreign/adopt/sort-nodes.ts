import { corrupt } from '../../corrupt-file.ts';
import type { GraphNode } from '../../model-graph.ts';
import { named } from '../other-kind.ts';
import { producersOf } from './foreign-graph.ts';

/**
 * The operators that a tensor depends on, each after those it needs.
 *
 * @param known - tensors that no operator makes. @throws {ModelError} for a circle, a tensor that nothing makes, or one that is made twice.
 */
export function neededNodes(nodes: readonly GraphNode[], result: string, known: ReadonlySet<string>): GraphNode[] {
  const producers = producersOf(nodes);
  const nNames = nodes.reduce((sum, { outputs }) => sum + outputs.filter((name) => name !== '').length, 0);
  const made = [...producers.keys()].filter((name) => name !== '');
  if (made.length !== nNames || made.some((name) => known.has(name))) throw corrupt('one of its tensors is made twice');
  const sorted: GraphNode[] = [];
  const state = new Map<GraphNode, 'open' | 'done'>();
  const stack = [{ name: result, isLeaving: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { name, isLeaving } = top;
    if (name === '' || known.has(name)) continue;
    const node = producers.get(name)?.node;
    if (node === undefined) throw corrupt(`nothing makes its tensor ${named(name)}`);
    const seen = state.get(node);
    if (isLeaving && seen === 'open') {
      state.set(node, 'done');
      sorted.push(node);
    } else if (seen === 'open') throw corrupt('its operators depend on each other in a circle');
    else if (seen === undefined) {
      state.set(node, 'open');
      stack.push({ name, isLeaving: true }, ...node.inputs.map((input) => ({ name: input, isLeaving: false })));
    }
  }
  return sorted;
}
