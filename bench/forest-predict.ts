// Prediction of one row by a forest with 100 trees, depth 5, 6 features: the library's predictor and a plain walk of the trees, by
// single calls, and by single calls after 32 MB of other memory were touched. `--against DIR` adds another build, a checkout with
// `dist`, and says the ratios; `--write` writes them to bench/RESULTS.md.
import { coldBench } from './cold/cold-bench.ts';

await coldBench({
  command: 'forest-predict',
  heading: 'One prediction, hot and cold',
  script: 'prediction.ts',
  cases: [{ name: '100 trees, depth 5, 6 features', args: [] }],
  others: [{ name: 'plain walk', directory: 'walk' }],
});
