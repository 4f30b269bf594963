/** The next turn of the event loop: between long stretches of work, so that the threads of a pool get their next tasks. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
