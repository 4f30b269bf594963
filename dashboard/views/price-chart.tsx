import { useSignalEffect } from '@preact/signals';
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { every } from '../data/ask.ts';
import { loadBarriers, MAX_OPEN_SHOWN } from '../data/barriers.ts';
import { bars, instrument, isUtc, openTrades, shown, theme } from '../data/store.ts';
import type { Bars, Shown } from '../data/types.ts';
import { confidenceColor, palette } from '../ui/colors.ts';

/** Time between two questions for barriers that are not known, milliseconds. */
const BARRIERS_MS = 2000;
/** Width of a bar when an instrument is shown first, pixels. */
const PIXELS_A_BAR = 10;

interface Pieces {
  readonly chart: IChartApi;
  readonly prices: ISeriesApi<'Candlestick'>;
  readonly regime: ISeriesApi<'Histogram'>;
  readonly toxicity: ISeriesApi<'Line'>;
  readonly markers: ReturnType<typeof createSeriesMarkers<Time>>;
  lines: IPriceLine[];
  fitted: string | null;
}

/** The price of the chosen instrument with its signals, regime and toxicity. */
export function PriceChart(): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const pieces = useRef<Pieces | null>(null);
  useEffect(() => {
    if (place.current === null) return;
    pieces.current = build(place.current);
    restyle(pieces.current);
    draw(pieces.current);
    return () => pieces.current?.chart.remove();
  }, []);
  useEffect(() => every(BARRIERS_MS, loadBarriers), []);
  useSignalEffect(() => {
    const [, ,] = [theme.value, isUtc.value];
    if (pieces.current !== null) restyle(pieces.current);
  });
  useSignalEffect(() => {
    const [, , ,] = [bars.value, shown.value, theme.value];
    if (pieces.current !== null) draw(pieces.current);
  });
  return <div class="price-chart" ref={place} role="img" aria-label={label()} />;
}

function label(): string {
  const close = bars.value?.close.at(-1);
  const last = close === undefined ? '' : `, the last close ${close.toPrecision(6)}`;
  const name = (instrument.value ?? 'no instrument').slice(0, 200);
  return `Price chart of ${name} with its signals${last}; the table of signals says the same in words`;
}

function build(place: HTMLElement): Pieces {
  // The notice that the licence requires is below the chart: the built-in logo would bring inline styles.
  const chart = createChart(place, { autoSize: true, layout: { attributionLogo: false } });
  const regime = chart.addSeries(HistogramSeries, {
    priceScaleId: 'regime',
    lastValueVisible: false,
    priceLineVisible: false,
  });
  regime.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 }, visible: false });
  const prices = chart.addSeries(CandlestickSeries, {});
  const toxicity = chart.addSeries(LineSeries, { lineWidth: 2, title: 'toxicity', priceLineVisible: false }, 1);
  chart.panes()[0].setStretchFactor(3);
  chart.panes()[1].setStretchFactor(1);
  return { chart, prices, regime, toxicity, markers: createSeriesMarkers(prices, []), lines: [], fitted: null };
}

function restyle({ chart, prices, toxicity }: Pieces): void {
  const { text, line, panel, up, down, accent } = palette();
  const offsetSeconds = isUtc.value ? 0 : -60 * new Date().getTimezoneOffset();
  const timeOf = (time: Time): string =>
    new Date((Number(time) + offsetSeconds) * 1000).toISOString().slice(5, 16).replace('T', ' ');
  chart.applyOptions({
    layout: { background: { color: panel }, textColor: text, panes: { separatorColor: line } },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    localization: { timeFormatter: timeOf },
    timeScale: { timeVisible: true, borderColor: line, tickMarkFormatter: timeOf },
    rightPriceScale: { borderColor: line },
  });
  // Hollow is up and filled is down, for readers who do not see the colours.
  prices.applyOptions({ upColor: panel, borderUpColor: up, wickUpColor: up });
  prices.applyOptions({ downColor: down, borderDownColor: down, wickDownColor: down });
  toxicity.applyOptions({ color: accent });
}

function draw(pieces: Pieces): void {
  const shownBars = bars.value;
  if (shownBars === null) return;
  const times = secondsOf(shownBars);
  const here = shown.value.filter((one) => one.enriched.signal_event.instrument_id === instrument.value).reverse();
  pieces.prices.setData(
    times.map(({ time, i }) => ({
      time,
      open: shownBars.open[i],
      high: shownBars.high[i],
      low: shownBars.low[i],
      close: shownBars.close[i],
    })),
  );
  pieces.markers.setMarkers(markersOf(here, new Set(times.map(({ time }) => time))));
  pieces.regime.setData(regimeOf(here, times));
  pieces.toxicity.setData(toxicityOf(here, times[0]?.time ?? 0));
  drawBarriers(pieces);
  if (pieces.fitted === instrument.value || times.length === 0) return;
  const nShown = pieces.chart.chartElement().clientWidth / PIXELS_A_BAR;
  pieces.chart.timeScale().setVisibleLogicalRange({ from: times.length - nShown, to: times.length + 4 });
  pieces.fitted = instrument.value;
}

/** The last bar of every second: the chart takes one a second. */
function secondsOf(shownBars: Bars): { time: UTCTimestamp; i: number }[] {
  const bySecond = new Map<number, number>();
  for (const [i, ts] of shownBars.ts_event.entries()) bySecond.set(Math.floor(ts / 1e9), i);
  return [...bySecond].map(([time, i]) => ({ time: time as UTCTimestamp, i }));
}

function entryOf({ enriched }: Shown): UTCTimestamp {
  return Math.floor(enriched.signal_event.last_bar_ts / 1e9) as UTCTimestamp;
}

function markersOf(here: readonly Shown[], times: ReadonlySet<number>): SeriesMarker<Time>[] {
  const sided = here.filter((one) => one.enriched.signal_event.signal !== 0 && times.has(entryOf(one)));
  const marks = sided.map((one): SeriesMarker<Time> => {
    const isBuy = one.enriched.signal_event.signal === 1;
    const label = one.outcome?.label;
    const ending = label === 1 ? ' ✓' : label === 0 ? ' ✗' : '';
    return {
      time: entryOf(one),
      position: isBuy ? 'belowBar' : 'aboveBar',
      shape: isBuy ? 'arrowUp' : 'arrowDown',
      color: confidenceColor(one.enriched.meta_confidence),
      text: `${Math.round(100 * one.enriched.meta_confidence)}${ending}`,
    };
  });
  return marks.sort((a, b) => Number(a.time) - Number(b.time));
}

/**
 * The background of each bar: the regime weight of the latest signal by then, darker where it is lower, and nothing before the first.
 *
 * A point for every bar, always: lightweight-charts 5.2 loses bars where one series alone had data, was set twice to the same times,
 * and another one gets data after it.
 */
function regimeOf(
  here: readonly Shown[],
  times: readonly { time: UTCTimestamp }[],
): { time: UTCTimestamp; value: number; color: string }[] {
  const sorted = here.toSorted((a, b) => entryOf(a) - entryOf(b));
  let next = 0;
  let weight: number | null = null;
  return times.map(({ time }) => {
    while (next < sorted.length && entryOf(sorted[next]) <= time) weight = sorted[next++].enriched.regime_weight;
    const opacity = weight === null ? 0 : 0.4 * (1 - weight);
    return { time, value: 1, color: `rgba(204, 121, 167, ${opacity.toFixed(3)})` };
  });
}

function toxicityOf(here: readonly Shown[], from: number): { time: UTCTimestamp; value: number }[] {
  const byTime = new Map<UTCTimestamp, number>();
  for (const one of here) if (one.enriched.toxicity_available) byTime.set(entryOf(one), one.enriched.toxicity);
  const points = [...byTime].filter(([time]) => time >= from).map(([time, value]) => ({ time, value }));
  return points.sort((a, b) => a.time - b.time);
}

function drawBarriers(pieces: Pieces): void {
  const { up, down } = palette();
  for (const line of pieces.lines) pieces.prices.removePriceLine(line);
  const known = openTrades.value.filter(({ barriers }) => barriers !== null);
  pieces.lines = known.slice(0, MAX_OPEN_SHOWN).flatMap(({ barriers }) => {
    const levels = [
      { price: barriers?.take_profit ?? null, color: up, lineStyle: 2, title: 'take profit' },
      { price: barriers?.stop_loss ?? null, color: down, lineStyle: 3, title: 'stop loss' },
    ] as const;
    return levels.flatMap(({ price, ...style }) =>
      price === null ? [] : [pieces.prices.createPriceLine({ price, ...style })],
    );
  });
}
