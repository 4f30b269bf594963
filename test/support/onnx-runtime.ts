import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Rng } from '../../src/core/index.ts';
import type { ModelParts } from '../../src/model/index.ts';
import { forestIn } from './small-model.ts';

/** Seeded rows, (n, nFeatures); every second one has a value exactly on a threshold of the forest. */
export function probes(parts: Pick<ModelParts, 'predictor'>, n: number): Float32Array {
  const forest = forestIn(parts);
  const rng = new Rng(77);
  const x = Float32Array.from({ length: n * forest.nFeatures }, () => rng.nextGaussian() * 1.5);
  for (let k = 0; k < n; k += 2) {
    const node = rng.nextInt(forest.feature.length);
    if (forest.feature[node] >= 0) x[k * forest.nFeatures + forest.feature[node]] = forest.threshold[node];
  }
  return x;
}

/** Outputs of onnxruntime for (n, nFeatures) rows, by name; maps are left out, because its JavaScript does not support them. */
export async function runOnnx(bytes: Uint8Array, x: Float32Array, n: number): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  return session.run(
    { [session.inputNames[0]]: new Tensor('float32', x, [n, x.length / n]) },
    session.outputNames.filter((name) => name !== 'output_probability'),
  );
}
