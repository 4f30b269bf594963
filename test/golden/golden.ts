import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Golden {
  readonly versions: Readonly<Record<string, string>>;
  readonly metrics: readonly {
    readonly label: readonly number[];
    readonly probability: readonly number[];
    readonly auc: number;
    readonly log_loss: number;
    readonly brier: number;
    readonly accuracy: number;
    readonly balanced_accuracy: number;
  }[];
  readonly student_t: readonly { readonly t: number; readonly degrees: number; readonly upper: number }[];
  readonly long_run_variance: readonly {
    readonly values: readonly number[];
    readonly lag: number;
    readonly variance: number;
  }[];
  readonly isotonic: readonly {
    readonly raw: readonly number[];
    readonly label: readonly number[];
    readonly fitted: readonly number[];
  }[];
  readonly platt: {
    readonly raw: readonly number[];
    readonly label: readonly number[];
    readonly a: number;
    readonly b: number;
  };
  readonly forest_auc: {
    readonly n: number;
    readonly n_train: number;
    readonly n_features: number;
    readonly seed: number;
    readonly ones: number;
    readonly auc: readonly number[];
  };
  readonly exported_forest: {
    readonly inputs: readonly (readonly number[])[];
    readonly probability: readonly number[];
  };
}

/** What scikit-learn, SciPy, statsmodels and skl2onnx say; made by `make.py` with the versions it records. */
export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden;

/** The bytes of a forest that skl2onnx wrote. */
export function exportedForest(kind: 'zipmap' | 'tensor'): Uint8Array {
  return readFileSync(exportedForestPath(kind));
}

/** Where it lies. */
export function exportedForestPath(kind: 'zipmap' | 'tensor'): string {
  return fileURLToPath(new URL(`onnx/forest-${kind}.onnx`, import.meta.url));
}
