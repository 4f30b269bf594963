import type {
  AutoscaleInfo,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  PrimitiveHoveredItem,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';
import { percent } from '../../../src/core/index.ts';
import { nearnessOf, type Verdict, verdictOf } from '../../data/decision.ts';
import type { Bars, Shown } from '../../data/types.ts';
import type { Palette } from '../../ui/colors.ts';
import { type Column, layoutMarks, MARK_HEIGHT, MARK_WIDTH, type Mark, type PlacedMark } from './mark-layout.ts';
import { type ChartBar, entryOf } from './series-data.ts';

/** Room for marks above and below the candles, pixels. */
const MARGIN = 30;
/** Distance at which the pointer still reaches a mark, pixels. */
const REACH = 4;
const FONT_SIZE = 11;

export interface SignalMark extends Mark {
  readonly one: Shown;
}
type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** What the marks are drawn from. */
export interface MarkedSignals {
  readonly signals: readonly Shown[];
  readonly bars: Bars;
  /** The bars on the chart, oldest first. */
  readonly times: readonly ChartBar[];
}

/** Marks of signals at the candles of their bars: filled where taken, an outline where skipped, a diamond where nothing was decided. */
export class SignalMarks implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time, 'Candlestick'> | null = null;
  #marked: MarkedSignals | null = null;
  #marks: readonly SignalMark[] = [];
  #palette: Palette | null = null;
  #placed: readonly PlacedMark<SignalMark>[] = [];
  readonly #pen = document.createElement('canvas').getContext('2d');
  readonly #views: readonly IPrimitivePaneView[] = [
    { zOrder: () => 'top', renderer: () => ({ draw: (target) => this.#draw(target) }) },
  ];

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter as SeriesAttachedParameter<Time, 'Candlestick'>;
  }

  detached(): void {
    this.#attached = null;
  }

  setMarked(marked: MarkedSignals): void {
    const columnAt = new Map(marked.times.map(({ time }, column) => [time, column]));
    this.#marked = marked;
    this.#marks = marked.signals.flatMap((one) => {
      const column = columnAt.get(entryOf(one));
      const { signal } = one.enriched.signal_event;
      if (column === undefined || signal === 0) return [];
      return [{ column, isBuy: signal === 1, verdict: verdictOf(one.enriched), text: textOf(one), one }];
    });
    this.#attached?.requestUpdate();
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#attached?.requestUpdate();
  }

  updateAllViews(): void {
    this.#placed = this.#place();
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  autoscaleInfo(): AutoscaleInfo | null {
    return this.#marks.length === 0 ? null : { priceRange: null, margins: { above: MARGIN, below: MARGIN } };
  }

  hitTest(x: number, y: number): PrimitiveHoveredItem | null {
    const index = this.#placed.findIndex((mark) => isWithin(mark, x, y));
    if (index < 0) return null;
    return { externalId: String(index), zOrder: 'top', cursorStyle: 'pointer', hitTestPriority: 2, distance: 0 };
  }

  /** The mark that {@link hitTest} found. */
  hit(externalId: unknown): PlacedMark<SignalMark> | null {
    return typeof externalId === 'string' ? (this.#placed[Number(externalId)] ?? null) : null;
  }

  #place(): readonly PlacedMark<SignalMark>[] {
    const attached = this.#attached;
    const marked = this.#marked;
    if (attached === null || marked === null || this.#pen === null) return [];
    const scale = attached.chart.timeScale();
    const columns = columnsOf(attached, marked);
    if (columns === null) return [];
    this.#pen.font = fontOf(attached);
    const widthOf = (text: string): number => this.#pen?.measureText(text).width ?? 0;
    return layoutMarks(this.#marks, columns, { spacing: scale.options().barSpacing, widthOf });
  }

  #draw(target: Target): void {
    const { chart } = this.#attached ?? {};
    const palette = this.#palette;
    if (chart === undefined || palette === null) return;
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.font = `${FONT_SIZE}px ${chart.options().layout.fontFamily}`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      for (const placed of this.#placed) {
        if (placed.x < -MARK_WIDTH || placed.x > mediaSize.width + MARK_WIDTH) continue;
        drawMark(context, placed, palette);
      }
    });
  }
}

/** Every bar in pixels; null while the chart cannot tell. */
function columnsOf(
  { chart, series }: SeriesAttachedParameter<Time, 'Candlestick'>,
  { bars, times }: MarkedSignals,
): Column[] | null {
  const scale = chart.timeScale();
  const columns: Column[] = [];
  for (const { time, i } of times) {
    const x = scale.timeToCoordinate(time as UTCTimestamp);
    const top = series.priceToCoordinate(bars.high[i]);
    const bottom = series.priceToCoordinate(bars.low[i]);
    if (x === null || top === null || bottom === null) return null;
    columns.push({ x, top, bottom });
  }
  return columns;
}

function fontOf({ chart }: SeriesAttachedParameter<Time, 'Candlestick'>): string {
  return `${FONT_SIZE}px ${chart.options().layout.fontFamily}`;
}

function textOf({ enriched, outcome }: Shown): string {
  const ending = outcome?.label === 1 ? ' ✓' : outcome?.label === 0 ? ' ✗' : '';
  return `${percent(enriched.meta_confidence, 0)}${ending}`;
}

function isWithin({ x, top, width, height }: PlacedMark<SignalMark>, atX: number, atY: number): boolean {
  return Math.abs(atX - x) <= width / 2 + REACH && atY >= top - REACH && atY <= top + height + REACH;
}

function drawMark(pen: CanvasRenderingContext2D, placed: PlacedMark<SignalMark>, palette: Palette): void {
  const { x, top, height, text, isBuy, marks } = placed;
  const { verdict, one } = marks[0];
  const color = palette.nearness[nearnessOf(one.enriched)];
  // The tip looks at the candle: upwards where the mark stands below it.
  const tip = isBuy ? top : top + height;
  const base = isBuy ? top + MARK_HEIGHT : top + height - MARK_HEIGHT;
  outline(pen, verdict, { x, tip, base });
  pen.lineWidth = 1.5;
  pen.lineJoin = 'round';
  pen.strokeStyle = color;
  pen.fillStyle = verdict === 'take' ? color : palette.panel;
  pen.fill();
  pen.stroke();
  if (text === null) return;
  pen.fillStyle = palette.text;
  pen.fillText(text, x, isBuy ? top + height - FONT_SIZE / 2 : top + FONT_SIZE / 2);
}

function outline(
  pen: CanvasRenderingContext2D,
  verdict: Verdict,
  { x, tip, base }: { readonly x: number; readonly tip: number; readonly base: number },
): void {
  const half = MARK_WIDTH / 2 - 1;
  const middle = (tip + base) / 2;
  pen.beginPath();
  pen.moveTo(x, tip);
  if (verdict === 'none') {
    pen.lineTo(x + half - 1, middle);
    pen.lineTo(x, base);
    pen.lineTo(x - half + 1, middle);
  } else {
    pen.lineTo(x + half, base);
    pen.lineTo(x - half, base);
  }
  pen.closePath();
}
