import type { EChartsCoreOption } from 'echarts/core';
import { loadPart } from '../../runtime/index.ts';
import { type Html, html, trusted } from '../page/html.ts';

/** Size of a chart, pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Whether the chart is for the screen of a phone. */
  readonly isNarrow: boolean;
}

/** Description of a chart. */
export interface Chart {
  /** Contents of the chart in words, for screen readers. */
  readonly label: string;
  /** `half` beside another chart, or `whole` for the width of the page. */
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
 * Loads the chart library, which only reports need.
 *
 * @returns a function that draws a chart as SVG in the colours of the page, without scripts or external references. A chart of
 * whole width is drawn a second time for narrow screens.
 * @throws {Ml4tError} `MISSING_PART` where the package `echarts` is not installed.
 */
export async function chartDrawer(): Promise<DrawChart> {
  const [core, charts, components, renderers] = await loadPart('report', () =>
    Promise.all([
      import('echarts/core'),
      import('echarts/charts'),
      import('echarts/components'),
      import('echarts/renderers'),
    ]),
  );
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
      drawing.dispose(); // otherwise it keeps the process alive
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

/** Removes styles and attributes that only matter for a mouse. */
function plainSvg(svg: string): string {
  return svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(
      / (?:class="[^"]*"|pointer-events="[^"]*"|xmlns:xlink="[^"]*"|baseProfile="[^"]*"|ecmeta_\w+="[^"]*")/g,
      '',
    )
    .replace('<svg ', '<svg aria-hidden="true" ');
}
