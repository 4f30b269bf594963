import { atOnce, ConditionError } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import type { Events } from '../event-sampling.ts';
import { BARRIER_KINDS, EXIT_KINDS, type Labeler, type TradeColumns, type TradeExit } from '../labeler.ts';

/** Maximum number of bars that a trade may last; a service holds as many of each instrument. */
export const MAX_HOLDING_BARS = 10_000;
const METHODS = ['open', 'barriers', 'resolve', 'outcome', 'labelOf'] as const;
const COLUMNS = ['target', 'exit', 'exitPrice', 'kind', 'ret', 'label'] as const;

/** Labelers that {@link checkedLabeler} returned. */
const CHECKED = new WeakSet<Labeler>();

/**
 * A labeler from outside, whose every answer is checked, so that a wrong one is named where it is made and not where it is used.
 *
 * @throws {ConditionError} when it is no labeler; its methods throw one, that names the labeler, for an answer that breaks a
 * rule of {@link Labeler}.
 */
export function checkedLabeler(labeler: Labeler): Labeler {
  if (CHECKED.has(labeler)) return labeler;
  checkShape(labeler);
  const { name, labelEvents } = labeler;
  const checked: Labeler = {
    name,
    isGiven: labeler.isGiven,
    maxHoldingBars: labeler.maxHoldingBars,
    rule: labeler.rule,
    noTargetReason: labeler.noTargetReason,
    ...(labeler.hasBarriers === false && { hasBarriers: false }),
    ...(labeler.labelsPath === true && { labelsPath: true }),
    open: (bars, entry, side) => {
      const target = atOnce(labeler.open(bars, entry, side));
      if (typeof target === 'number' && target !== Infinity && !(target < 0)) return target;
      throw new ConditionError(`the target of labeler ${name}`, 'a finite number > 0, or NaN for no trade', target);
    },
    barriers: (bars, entry, side, target) => {
      const prices = atOnce(labeler.barriers(bars, entry, side, target));
      checkBarrier(name, prices.takeProfit);
      checkBarrier(name, prices.stopLoss);
      return prices;
    },
    resolve: (bars, entry, side, target, fill) => {
      const exit = atOnce(labeler.resolve(bars, entry, side, target, fill));
      if (exit !== null) checkExit(labeler, bars, entry, exit);
      return exit;
    },
    outcome: (bars, entry, side, exit) => {
      const outcome = atOnce(labeler.outcome(bars, entry, side, exit));
      checkReturn(name, outcome.ret);
      checkLabel(name, outcome.label);
      return outcome;
    },
    labelOf: (ret) => checkLabel(name, atOnce(labeler.labelOf(ret))),
    ...(labelEvents && {
      labelEvents: (bars, events, fill) => {
        const columns = atOnce(labelEvents.call(labeler, bars, events, fill));
        checkColumns(labeler, bars, events, columns);
        return columns;
      },
    }),
  };
  CHECKED.add(checked);
  return checked;
}

/** @throws {ConditionError} for a labeler that takes costs off its returns, as 0.1 let it. */
export function refuseCosts(labeler: object): void {
  if (!('costBps' in labeler)) return;
  const rule = 'left out: returns are gross, and labels.cost_bps in the settings says what a round trip costs';
  throw new ConditionError('costBps of a labeler', rule, labeler.costBps);
}

function checkShape(labeler: Labeler): void {
  refuseCosts(labeler);
  const { name, maxHoldingBars, isGiven } = labeler;
  if (typeof name !== 'string' || !/^[A-Za-z][\w.-]{0,63}$/.test(name)) {
    throw new ConditionError('the name of a labeler', 'a letter and up to 63 letters, digits, _ . or -', name);
  }
  const missing = METHODS.find((method) => typeof labeler[method] !== 'function');
  if (missing !== undefined) throw new ConditionError(`${missing} of labeler ${name}`, 'a function', labeler[missing]);
  const least = isGiven ? 0 : 1;
  if (!Number.isSafeInteger(maxHoldingBars) || maxHoldingBars < least || maxHoldingBars > MAX_HOLDING_BARS) {
    const rule = `an integer in [${least}, ${MAX_HOLDING_BARS}]`;
    throw new ConditionError(`maxHoldingBars of labeler ${name}`, rule, maxHoldingBars);
  }
}

function checkExit({ name, maxHoldingBars }: Labeler, bars: BarSeries, entry: number, exit: TradeExit): void {
  const last = Math.min(entry + maxHoldingBars, bars.length - 1);
  if (!Number.isSafeInteger(exit.bar) || exit.bar <= entry || exit.bar > last) {
    const rule =
      entry < last
        ? `an integer in [${entry + 1}, ${last}]`
        : `after the entry (bar ${entry}), or the exit null while no later bar is there`;
    throw new ConditionError(`the exit bar of labeler ${name}`, rule, exit.bar);
  }
  if (!(exit.price > 0 && exit.price < Infinity)) {
    throw new ConditionError(`the exit price of labeler ${name}`, 'a finite number > 0', exit.price);
  }
  if (!EXIT_KINDS.includes(exit.kind)) {
    throw new ConditionError(`the exit kind of labeler ${name}`, `one of ${EXIT_KINDS.join(', ')}`, exit.kind);
  }
}

/** Every trade of {@link Labeler.labelEvents}, as if it had been labelled by itself. */
function checkColumns(labeler: Labeler, bars: BarSeries, { index }: Events, columns: TradeColumns): void {
  const { name } = labeler;
  for (const column of COLUMNS) {
    const values = columns[column];
    if (values?.length !== index.length)
      throw new ConditionError(`${column} of labelEvents of labeler ${name}`, `${index.length} numbers`, values);
  }
  const { exit, exitPrice, kind, ret, label } = columns;
  for (let k = 0; k < index.length; k++) {
    if (exit[k] === -1) continue;
    checkExit(labeler, bars, index[k], {
      bar: exit[k],
      price: exitPrice[k],
      kind: BARRIER_KINDS[kind[k]] as TradeExit['kind'],
    });
    checkReturn(name, ret[k]);
    checkLabel(name, label[k] as 0 | 1);
  }
}

function checkReturn(name: string, ret: number): void {
  if (!Number.isFinite(ret)) throw new ConditionError(`the return of labeler ${name}`, 'a finite number', ret);
}

function checkBarrier(name: string, price: number | null): void {
  if (price === null || Number.isFinite(price)) return;
  throw new ConditionError(`a barrier of labeler ${name}`, 'a finite number, or null for none', price);
}

function checkLabel(name: string, label: 0 | 1): 0 | 1 {
  if (label === 0 || label === 1) return label;
  throw new ConditionError(`the label of labeler ${name}`, '0 or 1', label);
}
