import type { EChartsCoreOption } from 'echarts/core';
import { type Html, html, trusted } from '../page/html.ts';

/** What a chart is drawn on, in pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Whether it stands on a phone. */
  readonly isNarrow: boolean;
}

/** A chart to be drawn. */
export interface Chart {
  /** What it shows, in words, for those who do not see it. */
  readonly label: string;
  /** `half` beside another one, `whole` as wide as the page. */
  readonly width: 'half' | 'whole';
  readonly height?: number;
  readonly option: (size: ChartSize) => EChartsCoreOption;
}

export type DrawChart = (chart: Chart) => Html;

const HALF = 400;
const WHOLE = 900;
const NARROW = 380;
const HEIGHT = 280;

/**
 * Makes the chart library ready, which is loaded for reports only.
 *
 * @returns draws a chart as SVG in the colours of the page, with nothing in it that runs or is fetched. What is wide is drawn a
 * second time for narrow screens.
 */
export async function chartDrawer(): Promise<DrawChart> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  const { BarChart, LineChart, ScatterChart } = charts;
  const { GridComponent, LegendComponent } = components;
  core.use([BarChart, LineChart, ScatterChart, renderers.SVGRenderer]);
  core.use([GridComponent, LegendComponent]);
  const svgOf = ({ option }: Chart, size: ChartSize): string => {
    const { width, height } = size;
    const drawing = core.init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      drawing.setOption({ ...COMMON, ...option(size) });
      return plainSvg(drawing.renderToSVGString());
    } finally {
      drawing.dispose(); // else it keeps the program alive
    }
  };
  return (chart) => {
    const { height = HEIGHT, label, width } = chart;
    const image = (size: ChartSize, kind: string): Html =>
      html`<div class="chart ${kind}" role="img" aria-label="${label}">${trusted(svgOf(chart, size))}</div>`;
    if (width === 'half') return image({ width: HALF, height, isNarrow: false }, 'half');
    const narrow = image({ width: NARROW, height, isNarrow: true }, 'narrow');
    return html`${image({ width: WHOLE, height, isNarrow: false }, 'whole')}${narrow}`;
  };
}

const COMMON: EChartsCoreOption = {
  animation: false,
  useUTC: true,
  backgroundColor: 'transparent',
  textStyle: { color: 'var(--text)', fontSize: 12, fontFamily: 'system-ui, sans-serif' },
};

/** Without what is for a pointer only; the picture scales with its box. */
function plainSvg(svg: string): string {
  return svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(
      / (?:class="[^"]*"|pointer-events="[^"]*"|xmlns:xlink="[^"]*"|baseProfile="[^"]*"|ecmeta_\w+="[^"]*")/g,
      '',
    )
    .replace('<svg ', '<svg aria-hidden="true" ');
}
