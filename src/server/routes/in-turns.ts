import type { TurnShare } from '../admission/turn-share.ts';

/** Number of texts that are made without a look at the time: a millisecond at most. */
const PER_PART = 50;

/** Makes texts in the order of their items, in turns with all other pages, until the next would not fit into `most` characters; at least one. */
export async function textsInTurns<T>(
  share: TurnShare,
  items: readonly T[],
  textOf: (item: T) => string,
  most: number,
): Promise<string[]> {
  const texts: string[] = [];
  let length = 0;
  /** @returns whether no further text fits. */
  const makePart = (part: readonly T[]): boolean => {
    for (const item of part) {
      const text = textOf(item);
      length += text.length + 1;
      if (texts.length > 0 && length > most) return true;
      texts.push(text);
    }
    return false;
  };
  for (let first = 0; first < items.length; first += PER_PART) {
    const part = items.slice(first, first + PER_PART);
    if (await share.make(() => makePart(part))) break;
  }
  return texts;
}
