import { count } from '../../core/index.ts';
import { CLAIM_TESTS, type ClaimTestName } from '../../domain/index.ts';
import { type ClaimTest, isTested, marketText, SPREAD_TEXT, testNames, testTexts } from '../../validation/index.ts';
import { figure, fixedFormat, pValue, type ReportRecord } from '../page/figure.ts';
import { type Html, html } from '../page/html.ts';
import { section, sentence, table } from '../page/page.ts';
import type { ClaimParts } from './verdict-section.ts';

/**
 * Section on the three tests: what each asks, and what somebody who knows nothing gets in the same place.
 *
 * @param tested - those that could be tested; by default all.
 */
export function testSection({ record, claims }: ClaimParts, tested: readonly ClaimTestName[] = CLAIM_TESTS): Html {
  const texts = testTexts(claims);
  const names = testNames(claims, tested);
  const cells = (path: string, test: ClaimTest): (Html | string)[] => testCells(record, path, test);
  return section(
    'Three tests, in a fixed sequence',
    html`<p>A test counts only when those above it passed, so the chance of any false word on the model is 5 % in all. What somebody who
knows nothing gets stands beside every test. ${sentence(marketText(claims))}</p>`,
    table({
      caption: 'Out of sample; errors allow for overlapping trades',
      head: ['', 'it asks', 't', 'p', 'events', 'lags', 'who knows nothing gets'],
      words: [0, 1, 6],
      rows: [
        ...tested.map((name, k) => [
          names[k],
          texts[name].asks,
          ...cells(`tests.${name}`, claims.tests[name]),
          texts[name].byChance,
        ]),
        [
          'information, spread',
          SPREAD_TEXT,
          ...cells('information_spread', claims.informationSpread),
          texts.information.byChance,
        ],
        [
          'probability skill',
          'does it add to the base rate?',
          ...cells('probability_skill', claims.probabilitySkill),
          'describes, proves nothing: volatility and ticks count in it too',
        ],
      ],
    }),
  );
}

/** A test that had nothing to go by has dashes, as in the text; the record has what stands there. */
function testCells(record: ReportRecord, path: string, test: ClaimTest): (Html | string)[] {
  const f = (name: string, format: (value: number) => string): Html => figure(record, `${path}.${name}`, format);
  const figures = isTested(test) ? [f('statistic', fixedFormat(2)), f('p_value', pValue)] : ['–', '–'];
  return [...figures, f('n', count), f('lag', count)];
}
