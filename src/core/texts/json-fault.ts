/** Why a text is no JSON, in a clause of our own: the engine's sentence quotes the text, and is another in each engine. */
export function jsonFault(text: string, error: unknown): string {
  if (String(text).trim() === '') return 'it is empty';
  const { message } = error as Error;
  const place = /position (\d+)/.exec(message)?.[1];
  const endsEarly = place === undefined ? /end of/i.test(message) : Number(place) >= text.length;
  if (endsEarly) return 'it ends in the middle';
  return place === undefined
    ? 'it is not written as JSON'
    : `it is not written as JSON at character ${Number(place) + 1}`;
}
