import { createSignalService } from '../../src/app/index.ts';
import { OrchestratorConfig } from '../../src/config/index.ts';
import { SILENT, type SignalReceipt } from '../../src/ports/index.ts';
import { barsFromWire, parseMessage, readSignalMessage, type SignalMessage } from '../../src/wire/index.ts';
import type { SignalSender } from './http-transport.ts';
import type { Job } from './plan.ts';
import { SignalBytes } from './signals.ts';
import type { Tally } from './tally.ts';

function answered(i: number, { recorded }: SignalReceipt, tally: Tally): void {
  recorded.catch(() => undefined);
  tally.answered(i, performance.now());
}

/**
 * Calls `submit` of a service with a journal in this process. `series` are messages that are ready; for the other shapes the
 * call includes reading the JSON.
 */
export async function openCallTransport(job: Job, nSignals: number): Promise<SignalSender> {
  const config = OrchestratorConfig({ modelPath: job.model, server: { dataDir: job.target }, redisEnabled: false });
  const service = await createSignalService(config, { logger: SILENT, isModelNamed: true });
  const signals = new SignalBytes(job.shape, (body) => body, nSignals);
  const read = (i: number): SignalMessage => readSignalMessage(signals.signal(i));
  const addBars = (bodies: readonly { readonly instrumentId: string; readonly columns: string }[]): void => {
    for (const { instrumentId, columns } of bodies) {
      const bars = parseMessage(Buffer.from(columns));
      service.addBars(instrumentId, barsFromWire(bars)).recorded.catch(() => undefined);
    }
  };
  return {
    async prepare() {
      if (job.shape === 'held') addBars(signals.history());
    },
    send(first, end, tally) {
      for (let i = first; i < end; i++) {
        tally.reached(i, performance.now());
        const ready = job.shape === 'series' ? read(i) : null;
        tally.sent(i, performance.now());
        try {
          const origin = {
            transport: 'library',
            receivedNs: performance.now() * 1e6,
            waitedMs: 0,
            durable: false,
          } as const;
          const receipt = service.submit(ready ?? read(i), origin);
          // One whose id the filter of known ids may hold waits for a look into the journal.
          if (receipt instanceof Promise)
            receipt.then((late) => answered(i, late, tally)).catch(() => tally.refused(i));
          else answered(i, receipt, tally);
        } catch {
          tally.refused(i);
        }
      }
    },
    sendBars: () => addBars(signals.nextBars()),
    close: () => void service.stop(),
  };
}
