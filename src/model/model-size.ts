/** Maximum size of a model file, bytes. */
export const MAX_MODEL_BYTES = 128 * 2 ** 20;
