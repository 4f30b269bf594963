/** Makes a text once in a turn of the event loop, however many requests ask for it in that turn. */
export function onceATurn(make: () => string): () => string {
  let known: string | null = null;
  return () => {
    if (known !== null) return known;
    setImmediate(() => {
      known = null;
    });
    known = make();
    return known;
  };
}
