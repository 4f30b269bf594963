import type { Verdict } from '../../data/decision.ts';

/** Width of a mark, pixels. */
export const MARK_WIDTH = 12;
export const MARK_HEIGHT = 10;
/** Height of the text beside a mark, pixels. */
const TEXT_HEIGHT = 14;
/** Room between marks, and between a mark and its candle, pixels. */
const GAP = 4;

/** A bar as it is drawn, in pixels. */
export interface Column {
  readonly x: number;
  /** Of its high; the lesser number, since y grows downwards. */
  readonly top: number;
  readonly bottom: number;
}

/** A signal that is to be marked. */
export interface Mark {
  /** Index of its bar among the columns. */
  readonly column: number;
  readonly isBuy: boolean;
  readonly verdict: Verdict;
  /** What stands beside it where there is room. */
  readonly text: string;
}

/** One mark on the chart, for one signal or for several that would hide each other. */
export interface PlacedMark<M extends Mark> {
  readonly x: number;
  /** Upper end, with its text. */
  readonly top: number;
  readonly height: number;
  readonly width: number;
  /** Text beside it; null where it would not fit between its neighbours. */
  readonly text: string | null;
  readonly isBuy: boolean;
  /** What is taken comes first. */
  readonly marks: readonly M[];
}

export interface LayoutOptions {
  /** Distance between two bars, pixels. */
  readonly spacing: number;
  /** @returns width of a text, pixels. */
  readonly widthOf: (text: string) => number;
}

const ORDER: Readonly<Record<Verdict, number>> = { take: 0, skip: 1, none: 2 };

/**
 * Places marks below the candles of buys and above those of sells, so that none covers another: signals whose marks would meet share
 * one. Text comes only where the bars are so far apart that each text stays within the room of its own bar.
 *
 * @param marks - in any order. @param columns - every bar that is drawn, by rising `x`.
 */
export function layoutMarks<M extends Mark>(
  marks: readonly M[],
  columns: readonly Column[],
  options: LayoutOptions,
): PlacedMark<M>[] {
  const { spacing, widthOf } = options;
  const widest = Math.max(widthOf(countOf(marks)), ...marks.map(({ text }) => widthOf(text)));
  const hasText = Math.ceil(widest) + GAP <= spacing;
  const sorted = marks.toSorted((a, b) => a.column - b.column || ORDER[a.verdict] - ORDER[b.verdict]);
  return [true, false].flatMap((isBuy) => {
    const groups = groupsOf(
      sorted.filter((mark) => mark.isBuy === isBuy),
      columns,
    );
    return groups.map((group) => place(group, columns, hasText ? widthOf : null));
  });
}

const countOf = (group: readonly Mark[]): string => `×${group.length}`;

/** Marks of one side in groups, each as wide as one mark; its first signal gives its place. */
function groupsOf<M extends Mark>(marks: readonly M[], columns: readonly Column[]): M[][] {
  const groups: M[][] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const mark of marks) {
    const { x } = columns[mark.column];
    if (x - from < MARK_WIDTH + GAP) groups.at(-1)?.push(mark);
    else {
      groups.push([mark]);
      from = x;
    }
  }
  return groups;
}

function place<M extends Mark>(
  group: readonly M[],
  columns: readonly Column[],
  widthOf: LayoutOptions['widthOf'] | null,
): PlacedMark<M> {
  const { column, isBuy } = group[0];
  const { x } = columns[column];
  const text = widthOf === null ? null : group.length === 1 ? group[0].text : countOf(group);
  const textWidth = text === null || widthOf === null ? 0 : widthOf(text);
  const height = MARK_HEIGHT + (text === null ? 0 : TEXT_HEIGHT);
  const edge = edgeNear(column, columns, isBuy);
  return {
    x,
    top: isBuy ? edge + GAP : edge - GAP - height,
    height,
    width: Math.max(MARK_WIDTH, textWidth),
    text,
    isBuy,
    marks: group.toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict]),
  };
}

/** The lowest low, or the highest high, of the bars that a mark at this one may touch, or that a mark of the other side may stand at. */
function edgeNear(column: number, columns: readonly Column[], isBuy: boolean): number {
  const { x } = columns[column];
  const reach = MARK_WIDTH + GAP;
  let edge = isBuy ? columns[column].bottom : columns[column].top;
  const widen = ({ top, bottom }: Column): void => {
    edge = isBuy ? Math.max(edge, bottom) : Math.min(edge, top);
  };
  for (let i = column - 1; i >= 0 && x - columns[i].x < reach; i--) widen(columns[i]);
  for (let i = column + 1; i < columns.length && columns[i].x - x < reach; i++) widen(columns[i]);
  return edge;
}
