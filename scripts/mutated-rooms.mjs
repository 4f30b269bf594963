/**
 * Rooms under mutation testing: each is mutated alone and judged by the unit tests beside its files, less the given ones. Those
 * repeat a market for thousands of seeds, seconds for every change; what they alone notice counts as a survivor.
 */
export const SLOW_TESTS = {
  labeling: [],
  validation: [],
  risk: [],
  monitoring: ['judge-shadow', 'paired-test', 'promotion', 'retrain-monitor'],
};

export const MUTATED_ROOMS = Object.keys(SLOW_TESTS);
