import { corrupt } from '../../corrupt-file.ts';
import type { Attributes } from '../compile/attributes.ts';
import { otherKind } from '../other-kind.ts';
import { BRANCHES, type Split } from './branches.ts';
import { layOutTrees } from './lay-out-trees.ts';
import type { TreeArrays } from './tree-arrays.ts';

/** What of a `TreeEnsemble` is known before its attributes are read. */
export interface EnsembleOptions5 {
  readonly nFeatures: number;
  readonly nTargets: number;
  readonly isFloat: boolean;
  readonly maxLevels: number;
}

/** Reads the trees of a `TreeEnsemble` (`ai.onnx.ml` 5), whose splits and leaves are numbered apart. */
export function readEnsemble5(
  attributes: Attributes,
  options: EnsembleOptions5,
): Omit<TreeArrays, 'aggregate' | 'base' | 'isFloat' | 'nTargets'> {
  const { nTargets } = options;
  const nodes = readNodes(attributes, options.isFloat);
  const nSplits = nodes.modes.length;
  const targets = attributes.ints('leaf_targetids');
  const weights = tensorOf(attributes, 'leaf_weights', options.isFloat);
  if (targets.length !== weights.length) throw corrupt('its leaf weights differ in length');
  // A leaf weighs one target; of several targets it adds nothing to the others.
  for (let k = 0; k < targets.length; k++) {
    if (!(targets[k] >= 0 && targets[k] < nTargets))
      throw corrupt(`leaf ${k} is for target ${targets[k]} of ${nTargets}`);
  }
  const child = (id: number, isLeaf: number): number => {
    const last = isLeaf === 0 ? nSplits : weights.length;
    if (!(id >= 0 && id < last)) throw corrupt('a node has a child that does not exist');
    return isLeaf === 0 ? id : nSplits + id;
  };
  const split = (i: number): Split | null =>
    i >= nSplits
      ? null
      : {
          branch: nodes.modes[i],
          feature: nodes.features[i],
          threshold: nodes.splits[i],
          yes: child(nodes.trueIds[i], nodes.trueLeafs[i]),
          no: child(nodes.falseIds[i], nodes.falseLeafs[i]),
          missingIsYes: nodes.missing.length > 0 && nodes.missing[i] === 1,
        };
  const roots = Array.from(attributes.ints('tree_roots'));
  if (roots.length === 0 || roots.some((root) => !(root >= 0 && root < nSplits))) throw corrupt('a tree has no root');
  return layOutTrees({
    ...options,
    roots,
    nNodes: nSplits + weights.length,
    split,
    leafValue: (node, target) => (targets[node - nSplits] === target ? weights[node - nSplits] : 0),
  });
}

function readNodes(attributes: Attributes, isFloat: boolean) {
  const modes = attributes.tensor('nodes_modes')?.values;
  if (!(modes instanceof Uint8Array)) throw corrupt('the node modes of its TreeEnsemble are not of bytes');
  const columns = {
    features: attributes.ints('nodes_featureids'),
    splits: tensorOf(attributes, 'nodes_splits', isFloat),
    trueIds: attributes.ints('nodes_truenodeids'),
    trueLeafs: attributes.ints('nodes_trueleafs'),
    falseIds: attributes.ints('nodes_falsenodeids'),
    falseLeafs: attributes.ints('nodes_falseleafs'),
  };
  const missing = attributes.ints('nodes_missing_value_tracks_true');
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== modes.length) throw corrupt(`${name} has ${column.length} entries for ${modes.length} nodes`);
  }
  if (missing.length !== 0 && missing.length !== modes.length)
    throw corrupt('nodes_missing_value_tracks_true has not one entry a node');
  return { ...columns, missing, modes: Array.from(modes, modeOf) };
}

/** Number of the comparison that splits by members of a set. */
const MEMBER = 6;

function modeOf(mode: number) {
  if (mode === MEMBER) throw otherKind('splits by members of a set, which onnxruntime reads for whole numbers only');
  const branch = BRANCHES[mode];
  if (branch === undefined) throw corrupt(`node mode ${mode} is not known`);
  return branch;
}

function tensorOf(attributes: Attributes, name: string, isFloat: boolean): Float32Array | Float64Array {
  const values = attributes.tensor(name)?.values;
  if (isFloat ? values instanceof Float32Array : values instanceof Float64Array)
    return values as Float32Array | Float64Array;
  throw corrupt(`${name} of its TreeEnsemble is not of the type of its input`);
}
