import { corrupt } from '../../corrupt-file.ts';
import type { Compiler, Operation, OperatorCompiler } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { otherKind } from '../other-kind.ts';
import { cast } from './casts.ts';
import { binary, unary, where } from './elementwise.ts';
import { allInputs, inputAt } from './inputs.ts';
import { joined } from './rearrange.ts';
import { columnsOf } from './scores.ts';

/** Operators that prepare columns. */
export const PREPARATION: Readonly<Record<string, OperatorCompiler>> = {
  'ai.onnx.ml:Scaler': scaler,
  'ai.onnx.ml:Imputer': imputer,
  'ai.onnx.ml:FeatureVectorizer': (operation, compiler) => {
    const columns = allInputs(operation).map((x) => cast(compiler, columnsOf(x, 'FeatureVectorizer'), 'float'));
    const sizes = Array.from(operation.attributes.ints('inputdimensions'));
    if (columns.some(({ dims }, k) => dims[1] !== sizes[k]))
      throw corrupt('the sizes of its FeatureVectorizer differ from its inputs');
    return [joined(columns, 1)];
  },
};

/** (x - offset) * scale, each one number or one a column. */
function scaler(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes } = operation;
  const x = cast(compiler, columnsOf(inputAt(operation, 0), 'Scaler'), 'float');
  const [offset, scale] = ['offset', 'scale'].map((name) => {
    const values = attributes.floats(name);
    if (values.length !== 1 && values.length !== x.dims[1])
      throw corrupt(`its Scaler has ${values.length} values of ${name}`);
    if (!Array.from(values).every(Number.isFinite)) throw corrupt(`a value of its Scaler is not finite`);
    return compiler.numbers('float', [values.length], (i) => values[i]);
  });
  if (offset.at.length !== scale.at.length) throw corrupt('the lists of its Scaler differ in length');
  return [binary(compiler, 'mul', binary(compiler, 'sub', x, offset), scale)];
}

/** Puts another number where one is missing. */
function imputer(operation: Operation, compiler: Compiler): readonly Value[] {
  const { attributes } = operation;
  const x = columnsOf(inputAt(operation, 0), 'Imputer');
  if (x.type !== 'float') throw otherKind(`has an Imputer of ${x.type}`);
  const imputed = attributes.floats('imputed_value_floats');
  if (imputed.length !== 1 && imputed.length !== x.dims[1]) throw corrupt(`its Imputer has ${imputed.length} values`);
  const replaced = attributes.float('replaced_value_float', 0);
  const missing = Number.isNaN(replaced)
    ? unary(compiler, 'isNaN', x, 'bool')
    : binary(compiler, 'equal', x, compiler.number('float', replaced));
  return [
    where(
      compiler,
      missing,
      compiler.numbers('float', [imputed.length], (i) => imputed[i]),
      x,
    ),
  ];
}
