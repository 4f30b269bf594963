import { useSignalEffect } from '@preact/signals';
import {
  CandlestickSeries,
  createChart,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineSeries,
  type MouseEventParams,
  type Time,
} from 'lightweight-charts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { every } from '../../data/ask.ts';
import { loadBarriers, MAX_OPEN_SHOWN } from '../../data/barriers.ts';
import { bars, instrument, isUtc, opened, openTrades, shown, theme } from '../../data/store.ts';
import { palette } from '../../ui/colors.ts';
import type { PlacedMark } from './mark-layout.ts';
import { MarkTip } from './mark-tip.tsx';
import { RegimeShade } from './regime-shade.ts';
import { regimeOf, secondsOf, toxicityOf } from './series-data.ts';
import { type SignalMark, SignalMarks } from './signal-marks.ts';

/** Time between two questions for barriers that are not known, milliseconds. */
const BARRIERS_MS = 2000;
/** Width of a bar when an instrument is shown first, pixels. */
const PIXELS_A_BAR = 10;

interface Pieces {
  readonly chart: IChartApi;
  readonly prices: ISeriesApi<'Candlestick'>;
  readonly regime: RegimeShade;
  readonly toxicity: ISeriesApi<'Line'>;
  readonly marks: SignalMarks;
  lines: IPriceLine[];
  fitted: string | null;
}

/** The price of the chosen instrument with its signals, regime and toxicity. */
export function PriceChart(): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const pieces = useRef<Pieces | null>(null);
  const [hovered, setHovered] = useState<PlacedMark<SignalMark> | null>(null);
  useEffect(() => {
    if (place.current === null) return;
    const built = build(place.current);
    const markAt = ({ hoveredInfo }: MouseEventParams<Time>) => built.marks.hit(hoveredInfo?.objectId);
    built.chart.subscribeCrosshairMove((event) => setHovered(markAt(event)));
    built.chart.subscribeClick((event) => {
      const hit = markAt(event);
      if (hit !== null) opened.value = hit.marks[0].one;
    });
    pieces.current = built;
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
  return (
    <div class="price-place">
      <div class="price-chart" ref={place} role="img" aria-label={label()} />
      {hovered !== null && <MarkTip placed={hovered} chartWidth={place.current?.clientWidth ?? 0} />}
    </div>
  );
}

function label(): string {
  const close = bars.value?.close.at(-1);
  const last = close === undefined ? '' : `, the last close ${close.toPrecision(6)}`;
  const name = (instrument.value ?? 'no instrument').slice(0, 200);
  return `Price chart of ${name} with its signals${last}; the list of signals says the same in words`;
}

function build(place: HTMLElement): Pieces {
  // The notice that the licence requires is below the chart: the built-in logo would bring inline styles.
  const chart = createChart(place, { autoSize: true, layout: { attributionLogo: false } });
  const prices = chart.addSeries(CandlestickSeries, {});
  const toxicity = chart.addSeries(LineSeries, { lineWidth: 2, title: 'toxicity', priceLineVisible: false }, 1);
  chart.panes()[0].setStretchFactor(3);
  chart.panes()[1].setStretchFactor(1);
  const marks = new SignalMarks();
  const regime = new RegimeShade();
  prices.attachPrimitive(regime);
  prices.attachPrimitive(marks);
  return { chart, prices, regime, toxicity, marks, lines: [], fitted: null };
}

function restyle({ chart, prices, toxicity, marks }: Pieces): void {
  const colors = palette();
  const { text, muted, line, panel, up, down, accent } = colors;
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
  prices.applyOptions({ priceLineColor: muted });
  prices.applyOptions({ upColor: panel, borderUpColor: up, wickUpColor: up });
  prices.applyOptions({ downColor: down, borderDownColor: down, wickDownColor: down });
  toxicity.applyOptions({ color: accent });
  marks.setPalette(colors);
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
  pieces.marks.setMarked({ signals: here, bars: shownBars, times });
  pieces.regime.setSpans(regimeOf(here, times));
  pieces.toxicity.setData(toxicityOf(here, times));
  drawBarriers(pieces);
  if (pieces.fitted === instrument.value || times.length === 0) return;
  const nShown = pieces.chart.chartElement().clientWidth / PIXELS_A_BAR;
  pieces.chart.timeScale().setVisibleLogicalRange({ from: times.length - nShown, to: times.length + 4 });
  pieces.fitted = instrument.value;
}

function drawBarriers(pieces: Pieces): void {
  const { up, down } = palette();
  for (const line of pieces.lines) pieces.prices.removePriceLine(line);
  const known = openTrades.value.filter(({ barriers }) => barriers !== null);
  pieces.lines = known.slice(0, MAX_OPEN_SHOWN).flatMap(({ barriers }) => {
    const levels = [
      { price: barriers?.take_profit ?? null, color: up, lineStyle: 2 },
      { price: barriers?.stop_loss ?? null, color: down, lineStyle: 3 },
    ] as const;
    return levels.flatMap(({ price, ...style }) =>
      price === null ? [] : [pieces.prices.createPriceLine({ price, ...style })],
    );
  });
}
