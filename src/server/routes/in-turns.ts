import { setImmediate as nextTurn } from 'node:timers/promises';

/** Number of texts that are made in one turn of the event loop: a few milliseconds at most. */
const PER_TURN = 100;

/** Makes texts in the order of their items, some in each turn of the event loop, until the next would not fit into `most` characters; at least one. */
export async function textsInTurns<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  most: number,
): Promise<string[]> {
  const texts: string[] = [];
  let length = 0;
  for (const item of items) {
    if (texts.length > 0 && texts.length % PER_TURN === 0) await nextTurn();
    const text = textOf(item);
    length += text.length + 1;
    if (texts.length > 0 && length > most) return texts;
    texts.push(text);
  }
  return texts;
}
