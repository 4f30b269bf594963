import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../data/store.ts';
import { palette } from './colors.ts';

use([BarChart, LineChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

type Chart = ReturnType<typeof init>;

/** A chart of these options; `label` says in words what it shows. */
export function EChart({ label, option }: { label: string; option: EChartsCoreOption }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current);
    chart.current = made;
    const resizing = new ResizeObserver(() => made.resize());
    resizing.observe(place.current);
    return () => {
      resizing.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const { text, muted } = palette();
    const common = {
      animation: false,
      textStyle: { color: text },
      grid: { left: 48, right: 48, top: 24, bottom: 44 },
      tooltip: { trigger: 'axis', renderMode: 'richText' },
      axisLabel: { color: muted },
    };
    chart.current?.setOption({ ...common, ...option });
  }, [option, theme.value]);
  return <div class="echart" ref={place} role="img" aria-label={label} />;
}
