import { writeSync } from 'node:fs';
import { createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT } from '../../src/ports/index.ts';
import { firstWithout } from './first-without.ts';
import { messageAt } from './live-service.ts';
import { randomWalk } from './random-walk.ts';

/** Time between two bars, ms, in which a kill may come. */
const PAUSE_MS = 3;

/**
 * A service on a data directory that sees one bar after the other, each with a buy or a sell, until it is killed:
 * `outcome-child.ts DIRECTORY [LANES] [BARS]`. It goes on at the first bar whose signal is not recorded, and tells every bar that is, a line of JSON.
 */
async function main(dataDir: string, lanes = '1', nBars = 400): Promise<void> {
  const tell = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
  const bars = randomWalk(nBars, 7, { gaps: 0, tick: 0.1 });
  const config = OrchestratorConfig({
    labels: { tickSize: 0.1 },
    modelPath: `${dataDir}/none.onnx`,
    server: { dataDir, lanes: Number(lanes) },
  });
  const service = await createSignalService(config, { logger: SILENT, workers: 1 });
  const has = (i: number): Promise<boolean> =>
    service.explain(`${i}`).then(
      () => true,
      () => false,
    );
  tell({ opened: 1 });
  const first = 99 + (await firstWithout(nBars - 99, (k) => has(99 + k)));
  for (let i = first; i < nBars; i++) {
    const { recorded } = service.addBars('A', bars.slice(i === 99 ? 0 : i, i + 1));
    await recorded;
    const signal = i % 3 === 0 ? -1 : 1;
    const receipt = await service.submit({
      ...messageAt(bars, i),
      instrumentId: 'A',
      bars: null,
      signal,
      signalId: `${i}`,
    });
    await receipt.recorded;
    tell({ written: i });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await service.stop();
  tell({ closed: true });
}

await main(process.argv[2], process.argv[3], Number(process.argv[4] ?? 400));
