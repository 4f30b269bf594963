import { corrupt } from '../../corrupt-file.ts';
import type { Compiler, Operation } from '../compile/compiler.ts';
import type { Value } from '../compile/values.ts';
import { named, otherKind } from '../other-kind.ts';

/** An input that an operator must have. */
export function inputAt({ inputs, node }: Operation, k: number): Value {
  const value = inputs[k] ?? null;
  if (value === null) throw corrupt(`its operator ${named(node.op)} lacks input ${k}`);
  if (value.shapeOf !== undefined && node.op !== 'ConstantOfShape') throw otherKind('computes with the number of rows');
  return value;
}

/** All inputs of an operator that takes any number, at least one. */
export function allInputs(operation: Operation): readonly Value[] {
  return Array.from({ length: Math.max(1, operation.inputs.length) }, (_, k) => inputAt(operation, k));
}

/** Numbers of an input that must be the same for every row. */
export function constantAt(operation: Operation, k: number, compiler: Compiler): readonly number[] {
  const numbers = compiler.constants(inputAt(operation, k));
  if (numbers === null) throw otherKind(`computes input ${k} of ${named(operation.node.op)} from the features`);
  return numbers;
}

/** Axes or another list: of an input, as in newer graphs, or of an attribute, as in older ones; null where there is neither. */
export function listOf(operation: Operation, name: string, k: number, compiler: Compiler): readonly number[] | null {
  if (operation.attributes.has(name)) return Array.from(operation.attributes.ints(name));
  return (operation.inputs[k] ?? null) === null ? null : constantAt(operation, k, compiler);
}

/** An axis counted from the front. @throws {ModelError} when there is no such axis. */
export function axisOf(axis: number, rank: number, op: string): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  throw corrupt(`its operator ${named(op)} has the axis ${axis} of ${rank}`);
}

/** @throws {ModelError} for inputs of different types, which no runtime takes. */
export function checkSameType(values: readonly Value[], op: string): void {
  const other = values.find(({ type }) => type !== values[0].type);
  if (other !== undefined) throw corrupt(`its operator ${named(op)} is given ${values[0].type} and ${other.type}`);
}
