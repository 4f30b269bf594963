import { corrupt } from '../../corrupt-file.ts';
import { ML_DOMAIN } from '../../model-graph.ts';
import { checkSignature } from '../compile/signatures.ts';
import { named, otherKind } from '../other-kind.ts';
import type { ForeignGraph } from './foreign-graph.ts';

/** Versions of the standard operators that are known; before the first, operators combine tensors by other rules. */
const OPSETS = [7, 30] as const;
/** Versions of `ai.onnx.ml`. */
const ML_OPSETS = [1, 5] as const;

/**
 * Checks all operators of a graph, also those of its label, because a file of which a part is damaged is damaged.
 *
 * @throws {ModelError} for a version, a domain, an operator's signature or an input that no runtime would take.
 */
export function checkWhole({ nodes, inputs, outputs: results, constants, texts, opset, mlOpset }: ForeignGraph): void {
  const hasStandard = nodes.some(({ domain }) => domain === undefined);
  if (hasStandard && !(opset >= OPSETS[0] && opset <= OPSETS[1])) {
    const remedy = `export it with a target_opset from ${OPSETS[0]} to ${OPSETS[1]}`;
    throw otherKind(`uses version ${opset} of the operators`, remedy);
  }
  const hasLearned = nodes.some(({ domain }) => domain === ML_DOMAIN);
  if (hasLearned && !(mlOpset >= ML_OPSETS[0] && mlOpset <= ML_OPSETS[1]))
    throw otherKind(`uses version ${mlOpset} of ${ML_DOMAIN}, of which ${ML_OPSETS[1]} is the last`);
  const known = new Set(['', ...inputs.map(({ name }) => name), ...constants.map(({ name }) => name), ...texts.keys()]);
  for (const { outputs } of nodes) for (const name of outputs) known.add(name);
  const unmade = results.find(({ name }) => !known.has(name));
  if (unmade !== undefined) throw corrupt(`nothing makes its tensor ${named(unmade.name)}`);
  for (const node of nodes) {
    const { op, domain } = node;
    if (domain !== undefined && domain !== ML_DOMAIN)
      throw otherKind(`has the operator ${named(op)} of ${named(domain)}`);
    checkSignature(node);
    const lost = node.inputs.find((name) => !known.has(name));
    if (lost !== undefined) throw corrupt(`nothing makes its tensor ${named(lost)}`);
  }
}
