import { access, constants } from 'node:fs/promises';
import { COMPUTE_TASKS } from '../../training/index.ts';

/** A part of the machine that the program needs or can use. */
export interface MachineProbe {
  readonly name: string;
  readonly ok: boolean;
  /** Whether the main commands need it. */
  readonly needed: boolean;
  readonly found: string;
  /** What to do when it is missing. */
  readonly remedy: string;
}

/** Checks the WebAssembly kernel and the working directory. */
export async function probeMachine(): Promise<MachineProbe[]> {
  return Promise.all([probeKernel(), probeDirectory()]);
}

/** Checks the kernels of forest and boosting by fitting a small model of each. */
async function probeKernel(): Promise<MachineProbe> {
  const probe = { name: 'tree kernels', needed: true, remedy: 'WebAssembly with SIMD is needed; use a current Node' };
  try {
    const x = Float32Array.from({ length: 40 }, (_, k) => k);
    const { binned } = COMPUTE_TASKS.bin(x, 1);
    const options = {
      nEstimators: 1,
      maxDepth: 1,
      minSamplesSplit: 2,
      minSamplesLeaf: 1,
      maxFeatures: 1,
      randomState: 1,
    };
    const y = Uint8Array.from(x, (value) => (value < 20 ? 0 : 1));
    const weight = new Uint32Array(40).fill(65536);
    COMPUTE_TASKS.trees(binned, y, weight, options, 0, 1);
    COMPUTE_TASKS.boost({ binned, y, weight }, { nEstimators: 1, maxDepth: 1, learningRate: 1 });
    return { ...probe, ok: true, found: 'WebAssembly with SIMD' };
  } catch (error) {
    return { ...probe, ok: false, found: (error as Error).message };
  }
}

async function probeDirectory(): Promise<MachineProbe> {
  const probe = {
    name: 'working directory',
    needed: false,
    remedy: 'models and data are written below it; choose another',
  };
  const ok = await access('.', constants.W_OK).then(
    () => true,
    () => false,
  );
  return { ...probe, ok, found: `${process.cwd()}${ok ? '' : ' is not writable'}` };
}
