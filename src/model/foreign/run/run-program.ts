import { walkTrees } from '../trees/walk-trees.ts';
import { BINARY_FUNCTIONS, mapGroup, reduce, stored, UNARY_FUNCTIONS } from './functions.ts';
import type { Program, Step } from './program.ts';

/** Largest float32. */
const MAX_FLOAT = (2 - 2 ** -23) * 2 ** 127;

type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

/**
 * Computes the result of a program for the row at `offset` of `x`. It reuses one memory.
 *
 * @returns a function whose result is not a number where a step was not sound; see {@link runStep}.
 */
export function programRunner({ memory: initial, steps, nFeatures, result }: Program) {
  const memory = initial.slice();
  return (x: Float32Array, offset: number): number => {
    for (let j = 0; j < nFeatures; j++) memory[j] = x[offset + j];
    let isSound = true;
    for (const step of steps) isSound = runStep(step, memory) && isSound;
    return isSound ? memory[result] : Number.NaN;
  };
}

/**
 * Runs one step in a memory.
 *
 * @returns false where numbers overflowed in a sum of products, or an extreme was sought among what is no number: a later step could make
 * a number of it again, and each runtime another one.
 */
export function runStep(step: Step, memory: Float64Array): boolean {
  switch (step.kind) {
    case 'trees':
      walkTrees(step.trees, memory, step.from, step.out);
      break;
    case 'unary':
      runUnary(step, memory);
      break;
    case 'binary':
      runBinary(step, memory);
      break;
    case 'where':
      runWhere(step, memory);
      break;
    case 'reduce':
      return runReduce(step, memory);
    case 'groups':
      runGroups(step, memory);
      break;
    case 'matmul':
      return runMatmul(step, memory);
    case 'lookUp':
      runLookUp(step, memory);
      break;
  }
  return true;
}

function runUnary({ fn, from, out, type }: StepOf<'unary'>, memory: Float64Array): void {
  const compute = UNARY_FUNCTIONS[fn];
  for (let i = 0; i < from.length; i++) memory[out + i] = stored(compute(memory[from[i]]), type);
}

function runBinary({ fn, a, b, out, type }: StepOf<'binary'>, memory: Float64Array): void {
  const compute = BINARY_FUNCTIONS[fn];
  for (let i = 0; i < a.length; i++) memory[out + i] = stored(compute(memory[a[i]], memory[b[i]]), type);
}

function runWhere({ test, a, b, out }: StepOf<'where'>, memory: Float64Array): void {
  for (let i = 0; i < test.length; i++) memory[out + i] = memory[test[i]] === 0 ? memory[b[i]] : memory[a[i]];
}

function runReduce({ fn, from, nPerGroup, out, type }: StepOf<'reduce'>, memory: Float64Array): boolean {
  const isExtreme = fn === 'argMax' || fn === 'argMin';
  for (let i = 0; i * nPerGroup < from.length; i++)
    memory[out + i] = stored(
      reduce(fn, nPerGroup, type, (k) => memory[from[i * nPerGroup + k]]),
      type,
    );
  return !(isExtreme && from.some((address) => Number.isNaN(memory[address])));
}

function runGroups({ fn, from, nPerGroup, to, type }: StepOf<'groups'>, memory: Float64Array): void {
  for (let start = 0; start < from.length; start += nPerGroup) {
    const group = Float64Array.from({ length: nPerGroup }, (_, k) => memory[from[start + k]]);
    mapGroup(fn, group, type);
    for (let k = 0; k < nPerGroup; k++) memory[to[start + k]] = stored(group[k], type);
  }
}

/** Products are added up in double precision, and rounded once. */
function runMatmul(step: StepOf<'matmul'>, memory: Float64Array): boolean {
  const { a, b, c, nInner, nColumns, alpha, beta, out, type } = step;
  const most = type === 'float' ? MAX_FLOAT : Number.MAX_VALUE;
  let isSound = true;
  for (let i = 0; i * nInner < a.length; i++) {
    for (let j = 0; j < nColumns; j++) {
      let [total, size] = [0, 0];
      for (let k = 0; k < nInner; k++) {
        const product = memory[a[i * nInner + k]] * memory[b[k * nColumns + j]];
        total += product;
        size += Math.abs(product);
      }
      const at = i * nColumns + j;
      const added = c.length === 0 ? 0 : beta * memory[c[at]];
      memory[out + at] = stored(alpha * total + added, type);
      if (size > most) isSound = false;
    }
  }
  return isSound;
}

/** An index out of range gives no number; compilers prove that there is none. */
function runLookUp({ table, index, nEntries, out }: StepOf<'lookUp'>, memory: Float64Array): void {
  for (let i = 0; i < index.length; i++) {
    const k = memory[index[i]];
    memory[out + i] = memory[table[i * nEntries + (k < 0 ? k + nEntries : k)]] ?? Number.NaN;
  }
}
