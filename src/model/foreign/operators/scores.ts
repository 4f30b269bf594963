import { corrupt } from '../../corrupt-file.ts';
import type { Compiler } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { named, otherKind } from '../other-kind.ts';
import { binary, unary } from './elementwise.ts';
import { mapped } from './groups.ts';
import { joined } from './rearrange.ts';

/** What becomes of the scores of a classifier. */
export const TRANSFORMS = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO'] as const;
export type Transform = (typeof TRANSFORMS)[number];

/** @throws {ModelError} for a transform that is not known. */
export function transformOf(text: string): Transform {
  const transform = TRANSFORMS.find((each) => each === text);
  if (transform !== undefined) return transform;
  if (text === 'PROBIT') throw otherKind('ends with a PROBIT');
  throw corrupt(`its post_transform ${named(text)} is not known`);
}

/** The columns that an operator of machine learning is given: a matrix with a row for each row, or one row alone. */
export function columnsOf(x: Value, op: string): Value {
  if (x.type === 'bool') throw corrupt(`its ${op} is given ${x.type}`);
  if (x.dims.length === 2 && x.rowAxis !== 1) return x;
  throw otherKind(`gives its ${op} a tensor of ${x.dims.length} dimensions`);
}

/** What one score says of the other class: the rest to 1, or the same with the other sign. */
export type OneScore = 'share' | 'margin';

/**
 * Scores of the classes after the transform.
 *
 * @param one - what the one score is that there is for two classes; null where each class has one.
 */
export function scoresWithTransform(
  compiler: Compiler,
  scores: Value,
  transform: Transform,
  one: OneScore | null = null,
): Value {
  if (one !== null) return pairOf(compiler, scores, transform, one);
  switch (transform) {
    case 'NONE':
      return scores;
    case 'LOGISTIC':
      return unary(compiler, 'sigmoid', scores);
    case 'SOFTMAX':
      return mapped(compiler, 'softmax', scores, 1, [0, 1]);
    case 'SOFTMAX_ZERO':
      return mapped(compiler, 'softmaxZero', scores, 1, [0, 1]);
  }
}

function pairOf(compiler: Compiler, score: Value, transform: Transform, one: OneScore): Value {
  const opposite = unary(compiler, 'neg', score);
  if (transform === 'LOGISTIC')
    return joined([unary(compiler, 'sigmoid', opposite), unary(compiler, 'sigmoid', score)], 1);
  if (transform !== 'NONE') throw otherKind(`ends with the ${transform} of one score`);
  const rest = one === 'margin' ? opposite : binary(compiler, 'sub', compiler.number(score.type, 1), score);
  return joined([rest, score], 1);
}
