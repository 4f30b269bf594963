import { type GenericFormatter, Presets, SingleBar } from 'cli-progress';
import { printable } from '../../core/index.ts';

/** Progress of long work on stderr: a bar with the time left on a terminal, plain lines elsewhere. */
export interface Progress {
  /** @param done - in [0, total]. @param total - null when it is unknown. */
  update(stage: string, done: number, total: number | null): void;
  stop(): void;
}

/** Progress between two plain lines, as a share. */
const PLAIN_LINE_STEP = 0.25;
const BAR_WIDTH = 40;
const STAGE_WIDTH = 13;

export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const progress = stream.isTTY ? barProgress(stream) : lineProgress(stream);
  return { ...progress, update: (stage, done, total) => progress.update(printable(stage), done, total) };
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    { stream, format: formatBar, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  let current = '';
  return {
    update: (stage, done, total) => {
      if (stage !== current) {
        if (current !== '') bar.stop();
        bar.start(total ?? 1, 0, { stage });
        current = stage;
      }
      bar.update(total === null ? 0 : done);
    },
    stop: () => bar.stop(),
  };
}

/** Text of the bar. The time left is shown only when it can be estimated. */
const formatBar: GenericFormatter = (options, params, payload: { readonly stage: string }) => {
  const width = options.barsize ?? BAR_WIDTH;
  const full = Math.round(params.progress * width);
  const bar = '█'.repeat(full) + '░'.repeat(width - full);
  const isKnown = params.progress > 0 && Number.isFinite(params.eta);
  const left = isKnown ? `${Math.floor(params.progress * 100)} % | ${Math.ceil(Number(params.eta))} s left` : 'working';
  return `${payload.stage.padEnd(STAGE_WIDTH)} ${bar} ${left}`;
};

function lineProgress(stream: NodeJS.WriteStream): Progress {
  let current = '';
  let next = 0;
  return {
    update: (stage, done, total) => {
      const share = total === null || total === 0 ? 0 : done / total;
      if (stage !== current) {
        current = stage;
        next = 0;
      }
      if (share < next) return;
      stream.write(`${stage}: ${total === null ? 'working' : `${Math.floor(share * 100)} %`}\n`);
      next = share >= 1 ? Infinity : (Math.floor(share / PLAIN_LINE_STEP) + 1) * PLAIN_LINE_STEP;
    },
    stop: () => undefined,
  };
}

/** Makes a callback for `readBars` that shows the progress of reading. */
export function readingProgress(progress: Progress): (done: number, total: number | null) => void {
  return (done, total) => progress.update('reading', done, total);
}
