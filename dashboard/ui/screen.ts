import { signal } from '@preact/signals';

const narrow = matchMedia('(max-width: 1100px)');

/** Whether a row of a wide table would not fit. */
export const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
});
