import { BARRIER_KINDS, type BarrierKind } from '../../labeling/index.ts';

/** Columns of labelled events, in time order. Rows are events. */
export interface LabelledColumns {
  /** (nEvents,) bars of entry. */
  readonly t0: Int32Array;
  /** (nEvents,) bars of exit. */
  readonly t1: Int32Array;
  /** (nEvents,) index into `BARRIER_KINDS`: which barrier ended each trade. */
  readonly kind: Uint8Array;
  readonly side: Int8Array;
  readonly label: Uint8Array;
  /** (nEvents,) gross return of a unit trade. */
  readonly ret: Float64Array;
  /** (nEvents,) mean gross return of both sides; NaN where the other side has no end. */
  readonly coin: Float64Array;
}

/** Figures of a group of events, such as all buys. */
export interface LabelGroup {
  readonly name: string;
  readonly n: number;
  /** Share of label 1, [0, 1]; NaN for none. */
  readonly won: number;
  /** Mean gross return of a unit trade; NaN for none. */
  readonly meanReturn: number;
  /** Mean return of a coin at those of them where it is known; NaN for none. */
  readonly meanCoin: number;
  /** Mean bars from entry to exit; NaN for none. */
  readonly meanBars: number;
}

const KIND_NAMES: Readonly<Record<BarrierKind, string>> = {
  take_profit: 'take-profit',
  stop_loss: 'stop-loss',
  vertical: 'time',
  unresolved: 'unresolved',
  told: 'outcomes from outside',
};

/** Figures of the labels by side and by the barrier that ended the trade. */
export function labelFigures(events: LabelledColumns): LabelGroup[] {
  const { side, kind } = events;
  const ended = BARRIER_KINDS.filter((_, code) => kind.includes(code));
  return [
    groupOf('all', events, () => true),
    groupOf('buys', events, (k) => side[k] > 0),
    groupOf('sells', events, (k) => side[k] < 0),
    ...ended.map((name) => groupOf(`ended by ${KIND_NAMES[name]}`, events, (k) => BARRIER_KINDS[kind[k]] === name)),
  ];
}

function groupOf(name: string, events: LabelledColumns, isIn: (k: number) => boolean): LabelGroup {
  const { t0, t1, label, ret, coin } = events;
  let [n, ones, returns, held, nCoins, coins] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < label.length; k++) {
    if (!isIn(k)) continue;
    n++;
    ones += label[k];
    returns += ret[k];
    held += t1[k] - t0[k];
    if (Number.isNaN(coin[k])) continue;
    nCoins++;
    coins += coin[k];
  }
  return { name, n, won: ones / n, meanReturn: returns / n, meanCoin: coins / nCoins, meanBars: held / n };
}
