import type { GraphNode } from '../../model-graph.ts';
import { named, otherKind } from '../other-kind.ts';

/** What operators give away that no tree and no linear model has. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'a neural network': [
    'Attention',
    'AveragePool',
    'BatchNormalization',
    'Celu',
    'Conv',
    'ConvTranspose',
    'Elu',
    'Erf',
    'GRU',
    'Gelu',
    'GlobalAveragePool',
    'HardSigmoid',
    'HardSwish',
    'InstanceNormalization',
    'LSTM',
    'LayerNormalization',
    'LeakyRelu',
    'MaxPool',
    'Mish',
    'PRelu',
    'RNN',
    'Relu',
    'Selu',
    'Softplus',
    'Softsign',
    'Swish',
    'Tanh',
    'ThresholdedRelu',
  ],
  'a support vector machine': ['SVMClassifier', 'SVMRegressor'],
  'a model of nearest neighbours': ['CDist', 'TopK'],
};

/** @throws {ModelError} `MODEL_KIND` for operators of a model of another kind, which is then called by its name. */
export function checkKind(nodes: readonly GraphNode[]): void {
  for (const [kind, ops] of Object.entries(KINDS)) {
    const own = nodes.find(({ op }) => ops.includes(op));
    if (own !== undefined) throw otherKind(`is ${kind} (it has the operator ${named(own.op)})`);
  }
}
