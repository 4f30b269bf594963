import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ageNow, faultyFeeds, feedName, sortedFeeds } from '../data/feeds.ts';
import { status } from '../data/store.ts';
import type { Feed } from '../data/types.ts';
import {
  faultyTitle,
  STATE_MEANS,
  STATE_WORDS,
  stepText,
  timePassed,
  UNJUDGED_MEANS,
  UNJUDGED_WORD,
} from '../ui/feed-words.ts';
import { moment } from '../ui/format.ts';
import { Empty, Foreign, Scroll } from '../ui/text.tsx';

/** Number of feeds named over every view. */
const NAMED = 3;
/** Number of feeds in the table before the others are asked for. */
const LISTED = 12;

/** Says over every view which feeds are silent and for how long, and which others cannot be judged; nothing where all are ok. */
export function FaultyFeeds(): JSX.Element | null {
  const faulty = faultyFeeds();
  if (faulty.length === 0) return null;
  const nFeeds = status.value?.feeds.length ?? 0;
  return (
    <section class="faulty-feeds" aria-labelledby="faulty-feeds-title">
      <div role="alert">
        <h2 id="faulty-feeds-title">
          <span aria-hidden="true">✕ </span>
          {faultyTitle(faulty, nFeeds)}
        </h2>
      </div>
      <ul>
        {faulty.slice(0, NAMED).map((feed) => (
          <li key={feedName(feed)} data-faulty={feed.instrument_id}>
            <strong>
              <Foreign text={feedName(feed)} />
            </strong>{' '}
            {feed.state === 'silent' ? (
              <>
                no bar for <strong data-figure="silence">{timePassed(ageNow(feed))}</strong>
              </>
            ) : (
              STATE_MEANS[feed.state]
            )}
          </li>
        ))}
        {faulty.length > NAMED && (
          <li>
            <a href="#health">and {faulty.length - NAMED} more</a>
          </li>
        )}
      </ul>
    </section>
  );
}

/** Every feed with its state, the worst first. */
export function Feeds(): JSX.Element {
  const isAll = useSignal(false);
  const feeds = sortedFeeds(status.value?.feeds ?? []);
  const listed = isAll.value ? feeds : feeds.slice(0, LISTED);
  return (
    <section class="panel" aria-labelledby="feeds-title">
      <h2 id="feeds-title">Feeds</h2>
      {feeds.length === 0 ? (
        <Empty>No bars yet.</Empty>
      ) : (
        <Scroll label="Table of feeds">
          <table>
            <thead>
              <tr>
                {['State', 'Instrument', 'Age', 'Last bar', 'Bar length', 'Bar type', 'Means'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {listed.map((feed) => (
                <Row key={feedName(feed)} feed={feed} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {feeds.length > listed.length && (
        <button type="button" class="more" onClick={() => (isAll.value = true)}>
          {feeds.length - listed.length} more
        </button>
      )}
      <p class="muted">
        Judged by the steps, gaps and open hours of the serving model’s training; where its file states none, only the
        age is shown.
      </p>
    </section>
  );
}

function Row({ feed }: { feed: Feed }): JSX.Element {
  const { state, judged } = feed;
  const kind = judged ? (state === 'ok' ? 'ok' : 'faulty') : 'unjudged';
  return (
    <tr class={state === 'silent' ? 'silent-feed' : undefined} data-feed={feed.instrument_id}>
      <td>
        <span class={`chip feed-${kind}`}>{judged ? STATE_WORDS[state] : UNJUDGED_WORD}</span>
      </td>
      <td>
        <Foreign text={feed.instrument_id} />
      </td>
      <td data-cell="age">{timePassed(ageNow(feed))}</td>
      <td>
        <time>{moment(feed.last_bar_ts / 1e6)}</time>
      </td>
      <td>{stepText(feed.step_ns)}</td>
      <td>
        <Foreign text={feed.bar_type ?? '–'} />
      </td>
      <td>{judged ? STATE_MEANS[state] : UNJUDGED_MEANS}</td>
    </tr>
  );
}
