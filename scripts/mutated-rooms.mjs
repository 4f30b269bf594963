/** Rooms under mutation testing: each is mutated alone and judged by the unit tests beside its files. */
export const MUTATED_ROOMS = ['labeling', 'validation', 'risk', 'monitoring'];
