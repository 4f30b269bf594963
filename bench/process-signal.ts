// `processSignal` for one signal with 100 bars: hot, and cold after 32 MB of other memory were touched between calls. `--against DIR`
// adds another build, a checkout with `dist`, and says the ratios; `--write` writes them to bench/RESULTS.md.
import { coldBench } from './cold/cold-bench.ts';

const FOUR = ['volatility', 'momentum', 'regime', 'trend_strength'];
const NINE = [...FOUR, 'normalized_atr', 'vol_of_vol', 'mean_reversion', 'volume_ratio', 'vpin'];

await coldBench({
  command: 'process-signal',
  heading: '`processSignal`, hot and cold',
  script: 'signal.ts',
  cases: [FOUR, NINE].map((names) => ({ name: `${names.length} features, 100 bars`, args: [names.join(',')] })),
  others: [],
});
