import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** Bars one after the other under one regime weight. */
export interface RegimeSpan {
  readonly from: UTCTimestamp;
  readonly to: UTCTimestamp;
  /** [0, 1]. */
  readonly weight: number;
}

/** Opacity where the weight is 0. */
const DARKEST = 0.4;

/** The background of the bars: darker where the regime weighs a signal down. */
export class RegimeShade implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | null = null;
  #spans: readonly RegimeSpan[] = [];
  readonly #views: readonly IPrimitivePaneView[] = [
    { zOrder: () => 'bottom', renderer: () => ({ draw: (target) => this.#draw(target) }) },
  ];

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  setSpans(spans: readonly RegimeSpan[]): void {
    this.#spans = spans;
    this.#attached?.requestUpdate();
  }

  #draw(target: Target): void {
    if (this.#attached === null) return;
    const scale = this.#attached.chart.timeScale();
    const half = scale.options().barSpacing / 2;
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      for (const { from, to, weight } of this.#spans) {
        const first = scale.timeToCoordinate(from);
        const last = scale.timeToCoordinate(to);
        if (first === null || last === null) continue;
        context.fillStyle = `rgba(204, 121, 167, ${(DARKEST * (1 - weight)).toFixed(3)})`;
        context.fillRect(first - half, 0, last - first + 2 * half, mediaSize.height);
      }
    });
  }
}
