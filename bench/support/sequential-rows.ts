import { OrchestratorConfig } from '../../src/config/index.ts';
import { SequentialDetector } from '../../src/monitoring/index.ts';
import { type SimulatedOutcomes, simulateOutcomes } from '../../test/support/simulated-outcomes.ts';
import { quantile } from './statistics.ts';

const { falseAlarmOutcomes: THRESHOLD } = OrchestratorConfig().retrain;
const N_BEFORE = 2000;
const N_AFTER = 5000;
const EACH = 10_000;
const ALARM_FREE = 500_000;

/** Places of the outcomes that raise an alarm. */
function alarmsOf({ detected, outcomes }: SimulatedOutcomes): number[] {
  const detector = new SequentialDetector(detected, THRESHOLD);
  return outcomes.flatMap((outcome, i) => (detector.add({ ...outcome, seq: i + 1 })?.isAlarm === true ? [i] : []));
}

/** Delays of the sequential detector until a change is noticed, and its false alarms; on seeds of their own. */
export async function sequentialRows(nSeeds: number): Promise<string[]> {
  return [
    await falseAlarms(),
    await delays('break', 'the skill goes, the base rate stays', nSeeds),
    await delays('flip', 'what told good signals from bad tells the opposite', nSeeds),
  ];
}

async function falseAlarms(): Promise<string> {
  let [alarms, seen] = [0, 0];
  for (let seed = 1; seed <= ALARM_FREE / EACH; seed++) {
    const market = await simulateOutcomes({ seed: 810_000 + seed, nBefore: EACH });
    alarms += alarmsOf(market).length;
    seen += market.outcomes.length;
  }
  const rate = ((alarms / seen) * 100_000).toFixed(2);
  return `sequential, no change, ${ALARM_FREE / EACH} models on the market they learned, ${seen} outcomes: ${alarms} false alarms, ${rate} in 100,000 (wanted: at most 1)`;
}

async function delays(change: 'break' | 'flip', name: string, nSeeds: number): Promise<string> {
  const found: number[] = [];
  let nEarly = 0;
  for (let seed = 1; seed <= nSeeds; seed++) {
    const market = await simulateOutcomes({ seed: 820_000 + seed, nBefore: N_BEFORE, nAfter: N_AFTER, change });
    const alarms = alarmsOf(market);
    if (alarms.some((at) => at < market.nBefore)) nEarly++;
    const first = alarms.find((at) => at >= market.nBefore);
    found.push(first === undefined ? Number.POSITIVE_INFINITY : first - market.nBefore);
  }
  const nMissed = found.filter((delay) => delay === Number.POSITIVE_INFINITY).length;
  const show = (q: number): string => (Number.isFinite(quantile(found, q)) ? `${quantile(found, q)}` : 'never');
  const early = `with a false alarm in the ${N_BEFORE} outcomes before: ${nEarly}`;
  return `sequential, ${name}, ${nSeeds} seeds: median ${show(0.5)}, 90 % ${show(0.9)} outcomes to the alarm; ${nMissed} not within ${N_AFTER.toLocaleString('en')}; ${early}`;
}
