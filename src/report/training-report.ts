import type { OrchestratorConfig } from '../config/index.ts';
import { count, NS_PER_HOUR, nounFor } from '../core/index.ts';
import type { BarSeries } from '../domain/index.ts';
import { type Labeler, recordedRisk } from '../labeling/index.ts';
import type { PermutationImportance, TrainingResult } from '../training/index.ts';
import { type Accounts, headlineOfClaims } from '../validation/index.ts';
import { chartDrawer, type DrawChart } from './charts/draw.ts';
import { accuracyChart, skillChart } from './charts/fold-charts.ts';
import { type OwnImportance, permutationChart, splitChart } from './charts/importance-chart.ts';
import { accountCurves } from './figures/account-curves.ts';
import { countedEvents, type FoldSpan, foldSpans, judgedFigures } from './figures/judged-figures.ts';
import {
  day,
  figure,
  fixedFormat,
  moment,
  percentFormat,
  type ReportRecord,
  signedPercent,
  valueAt,
} from './page/figure.ts';
import { foreign, type Html, html } from './page/html.ts';
import { chartFigure, pageText, pair, section, table } from './page/page.ts';
import { accountSection } from './sections/account-section.ts';
import { decisionSection } from './sections/decision-section.ts';
import { judgedSections } from './sections/judged-sections.ts';
import { labelSections } from './sections/label-sections.ts';
import { moneySection } from './sections/money-section.ts';
import { fileNames, type Origin, originSection } from './sections/origin-section.ts';
import { testSection } from './sections/test-section.ts';
import { verdictSection, warningParagraph } from './sections/verdict-section.ts';

/** Span of all test blocks from which they are named by month instead of day, nanoseconds. */
const MANY_DAYS_NS = 100n * 24n * NS_PER_HOUR;

/** Contents of a report of a training. */
export interface TrainingReportParts {
  /** The object that `--json` prints. */
  readonly record: ReportRecord;
  readonly result: TrainingResult;
  readonly accounts: Accounts;
  readonly bars: BarSeries;
  readonly config: OrchestratorConfig;
  readonly labeler: Labeler;
  readonly importance: PermutationImportance;
  /** Sentences on bars that look wrong, without their periods. */
  readonly warnings: readonly string[];
  readonly origin: Origin;
}

/** Report of a training as one HTML file that loads nothing else. */
export async function trainingReportPage(parts: TrainingReportParts): Promise<string> {
  const draw = await chartDrawer();
  const { record, result, bars, config, labeler, origin } = parts;
  const events = countedEvents(result.dataset);
  const claims = result.metrics;
  const names = fileNames(origin);
  return pageText({
    title: `${headlineOfClaims(claims).word}: ${names}`,
    subtitle: html`Training report: ${foreign(names)}`,
    about: dataLine(record, bars),
    record,
    sections: [
      verdictSection({
        record,
        claims,
        notCounted: 'the first test block is not counted',
        more: parts.warnings.map(warningParagraph),
      }),
      testSection({ record, claims }),
      moneySection({ record, claims, curves: accountCurves(bars.tsEvent, events, claims), draw }),
      ...accountSection(record, parts.accounts),
      decisionSection({
        record,
        metrics: claims,
        coverage: result.model.metadata.calibration?.coverage ?? null,
        risk: recordedRisk(result.model.metadata.config.labels, config.labels),
        hasFactor: { regime: result.model.regime !== null, toxicity: valueAt(record, 'has_volume') === true },
        draw,
      }),
      ...judgedSections({
        bars,
        record,
        events,
        figures: judgedFigures(events),
        summaries: claims,
        hasFolds: true,
        draw,
        coin: claims.coin,
      }),
      foldSection(parts, draw),
      importanceSection(parts, draw),
      ...labelSections({
        dataset: result.dataset,
        bars,
        config,
        labelRule: labeler.rule,
        regime: result.model.regime,
        regimeNote: result.model.metadata.regimeNote,
        isFittedHere: true,
        draw,
      }),
      originSection(origin, config, result.model),
    ],
  });
}

function dataLine(record: ReportRecord, bars: BarSeries): Html {
  const f = (path: string, noun: string): Html =>
    html`${figure(record, path, count)} ${nounFor(Number(valueAt(record, path)), noun)}`;
  const { tsEvent } = bars;
  const volume = valueAt(record, 'has_volume') === true ? 'with volume' : 'no volume (toxicity unavailable)';
  return html`${f('n_bars', 'bar')} from ${moment(tsEvent[0])} to ${moment(tsEvent[bars.length - 1])}, ${f('n_gaps', 'gap')},
${f('n_repaired', 'row')} repaired, ${volume}. ${f('n_samples', 'labelled event')}; ${f('n_unresolved', 'event')} without an outcome yet and
${f('n_without_range', 'event')} without any range left out.`;
}

function foldSection({ record, result, bars }: TrainingReportParts, draw: DrawChart): Html {
  const { folds } = result.metrics;
  const spans = foldSpans(bars, result.dataset, folds.length);
  const isLong = spans[spans.length - 1].to - spans[0].from > MANY_DAYS_NS;
  const days = spans.map(({ from }) => (isLong ? day(from).slice(0, 7) : day(from).slice(5)));
  return section(
    'Walk-forward, fold by fold',
    html`<p>Every block of events was judged by a model trained only on labels that had ended before the block began; labels that reach into
it were purged. The first block is not counted in any figure above: its calibrator had seen nothing.</p>`,
    pair(
      chartFigure(
        'Log-loss skill',
        draw(skillChart(folds, days)),
        html`Above 0: better than the base rate. A single block proves nothing.`,
      ),
      chartFigure('Accuracy', draw(accuracyChart(folds, days)), html`Means something only above the majority's.`),
    ),
    table({
      caption: 'Test blocks in time order',
      head: [
        'fold',
        'first event',
        'last exit',
        'train',
        'purged',
        'test',
        'base rate',
        'accuracy',
        'majority',
        'AUC (a coin 0.5)',
        'skill (base rate 0)',
      ],
      words: [],
      rows: spans.map((span, k) => foldRow(record, span, k)),
    }),
  );
}

function foldRow(record: ReportRecord, { from, to }: FoldSpan, k: number): (Html | string)[] {
  const cell = (path: string, format: (value: number) => string): Html => figure(record, `folds.${k}.${path}`, format);
  const counts = ['n_train', 'n_purged', 'n_tested'].map((path) => cell(path, count));
  const shares = ['base_rate', 'accuracy', 'majority_accuracy'].map((path) => cell(path, percentFormat()));
  const rest = [cell('auc', fixedFormat(4)), cell('log_loss_skill', signedPercent())];
  return [k === 0 ? '1 (not counted)' : String(k + 1), day(from), day(to), ...counts, ...shares, ...rest];
}

/** What the importance of its learner counts. */
function ownImportance({ model: { learnerName } }: TrainingReportParts['result']): OwnImportance {
  if (learnerName === 'boosting') return { title: 'Gain', axis: 'share of the gain of all splits' };
  if (learnerName === 'forest') return { title: 'Impurity', axis: 'share of the drop of impurity' };
  return { title: 'Importance', axis: `share, as the learner ${learnerName} counts it` };
}

function importanceSection({ record, result, importance }: TrainingReportParts, draw: DrawChart): Html {
  const { features, nRepeats } = importance;
  const order = Object.entries(features)
    .sort(([, a], [, b]) => b.mean - a.mean)
    .map(([name]) => name);
  const hasImpurity = Object.keys(result.featureImportance).length > 0;
  return section(
    'What the forecasts rest on',
    html`<p>On the left, how much worse the out-of-sample log loss gets when a feature is shuffled within each test block (mean of ${nRepeats}
shuffles, whiskers one standard deviation): about 0 or below means it helps nothing. On the right, how much the model looked at it in
training, which also counts what it learned in vain.</p>`,
    pair(
      chartFigure('Permutation, held out', draw(permutationChart(features))),
      hasImpurity
        ? chartFigure(
            `${ownImportance(result).title}, in training`,
            draw(splitChart(result.featureImportance, [...order].reverse(), ownImportance(result))),
          )
        : html`<p>The learner ${result.model.learnerName} has no importance of its own.</p>`,
    ),
    table({
      caption: 'Importance of the features',
      head: ['feature', 'log loss when shuffled', 'sd', ownImportance(result).title.toLowerCase()],
      rows: order.map((name) => [
        foreign(name),
        figure(
          record,
          `permutation_importance.features.${name}.mean`,
          (x) => `${x >= 0 ? '+' : '−'}${Math.abs(x).toFixed(5)}`,
        ),
        figure(record, `permutation_importance.features.${name}.sd`, fixedFormat(5)),
        hasImpurity ? figure(record, `feature_importance.${name}`, percentFormat()) : '–',
      ]),
    }),
  );
}
