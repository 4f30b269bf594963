import { corrupt } from '../../corrupt-file.ts';
import type { Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { otherKind } from '../other-kind.ts';
import type { ElementType } from '../run/program.ts';
import { unary } from './elementwise.ts';
import { inputAt } from './inputs.ts';

/** Numbers of the types in a file. */
const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, 'float'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [11, 'double'],
]);
/** Largest number that becomes an integer; runtimes differ in what becomes of a larger one. */
const MAX_INTEGER = 2 ** 30;

/** Operators that change the type of elements. */
export const CASTS: Readonly<Record<string, OperatorCompiler>> = {
  Cast: (operation, compiler) => {
    const type = TYPES.get(operation.attributes.int('to', 0));
    if (type === undefined) throw otherKind('computes with other types than float, double and integers');
    return [cast(compiler, inputAt(operation, 0), type)];
  },
  'ai.onnx.ml:Binarizer': binarizer,
};

/** The elements as another type; integers are cut off. */
export function cast(compiler: Compiler, x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  if (type === 'bool') return unary(compiler, 'not', unary(compiler, 'not', x, 'bool'), 'bool');
  if (type === 'float' || type === 'double') return unary(compiler, 'identity', x, type);
  const bounds = compiler.boundsOf(x);
  if (!bounds.every((b) => Math.abs(b) <= MAX_INTEGER)) throw otherKind('makes integers of numbers that may be large');
  return unary(compiler, 'truncate', x, type);
}

/** 1 where a number is above the threshold, else 0. */
function binarizer(operation: Operation, compiler: Compiler): readonly Value[] {
  const x = inputAt(operation, 0);
  if (x.type !== 'float') throw corrupt(`its Binarizer is given ${x.type}`);
  const threshold = compiler.number('float', Math.fround(operation.attributes.float('threshold', 0)));
  const above = compiler.step(
    { ...x, type: 'float' },
    (out) => ({ kind: 'binary', fn: 'greater', a: x.at, b: x.at.map(() => threshold.at[0]), out, type: 'float' }),
    () => [0, 1],
  );
  return [above];
}
