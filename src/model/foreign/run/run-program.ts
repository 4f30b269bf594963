import { walkTrees } from '../trees/walk-trees.ts';
import { BINARY_FUNCTIONS, mapGroup, reduce, stored, UNARY_FUNCTIONS } from './functions.ts';
import type { Program, Step } from './program.ts';

type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

/** @returns a function that computes the result of a program for the row at `offset` of `x`. It reuses one memory. */
export function programRunner({ memory: initial, steps, nFeatures, result }: Program) {
  const memory = initial.slice();
  return (x: Float32Array, offset: number): number => {
    for (let j = 0; j < nFeatures; j++) memory[j] = x[offset + j];
    for (const step of steps) runStep(step, memory);
    return memory[result];
  };
}

/** Runs one step in a memory. */
export function runStep(step: Step, memory: Float64Array): void {
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
      runReduce(step, memory);
      break;
    case 'groups':
      runGroups(step, memory);
      break;
    case 'matmul':
      runMatmul(step, memory);
      break;
    case 'lookUp':
      runLookUp(step, memory);
      break;
  }
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

function runReduce({ fn, from, nPerGroup, out, type }: StepOf<'reduce'>, memory: Float64Array): void {
  for (let i = 0; i * nPerGroup < from.length; i++)
    memory[out + i] = stored(
      reduce(fn, nPerGroup, (k) => memory[from[i * nPerGroup + k]]),
      type,
    );
}

function runGroups({ fn, from, nPerGroup, to, type }: StepOf<'groups'>, memory: Float64Array): void {
  for (let start = 0; start < from.length; start += nPerGroup) {
    const group = Float64Array.from({ length: nPerGroup }, (_, k) => memory[from[start + k]]);
    mapGroup(fn, group);
    for (let k = 0; k < nPerGroup; k++) memory[to[start + k]] = stored(group[k], type);
  }
}

/** Products are added up in double precision, and rounded once. */
function runMatmul(step: StepOf<'matmul'>, memory: Float64Array): void {
  const { a, b, c, nInner, nColumns, alpha, beta, out, type } = step;
  for (let i = 0; i * nInner < a.length; i++) {
    for (let j = 0; j < nColumns; j++) {
      let total = 0;
      for (let k = 0; k < nInner; k++) total += memory[a[i * nInner + k]] * memory[b[k * nColumns + j]];
      const at = i * nColumns + j;
      const added = c.length === 0 ? 0 : beta * memory[c[at]];
      memory[out + at] = stored(alpha * total + added, type);
    }
  }
}

/** An index out of range gives no number; compilers prove that there is none. */
function runLookUp({ table, index, nEntries, out }: StepOf<'lookUp'>, memory: Float64Array): void {
  for (let i = 0; i < index.length; i++) {
    const k = memory[index[i]];
    memory[out + i] = memory[table[i * nEntries + (k < 0 ? k + nEntries : k)]] ?? Number.NaN;
  }
}
