import { effect, signal } from '@preact/signals';
import { type JSX, render } from 'preact';
import { token } from './data/api.ts';
import { connection, isStale, isUtc, nowMs, problem, shown, status, statusAtMs, theme } from './data/store.ts';
import { connect, startClock } from './data/stream/stream.ts';
import { provenInWords } from './ui/decision-words.ts';
import { Foreign } from './ui/text.tsx';
import { Explain } from './views/explain/explain.tsx';
import { FaultyFeeds } from './views/feeds.tsx';
import { Halted } from './views/halted.tsx';
import { Health } from './views/health.tsx';
import { Life } from './views/life.tsx';
import { Market } from './views/market.tsx';
import { Trust } from './views/trust/trust.tsx';

const VIEWS = { market: Market, trust: Trust, life: Life, health: Health } as const;
type ViewName = keyof typeof VIEWS;

function viewOfAddress(): ViewName {
  const name = location.hash.slice(1);
  return Object.hasOwn(VIEWS, name) ? (name as ViewName) : 'market';
}

const view = signal(viewOfAddress());
const WORDS = { connecting: '◌ connecting', live: '● live', offline: '○ disconnected', locked: '◇ locked' } as const;

function App(): JSX.Element {
  const View = VIEWS[view.value];
  return (
    <>
      <Top />
      <Halted />
      <FaultyFeeds />
      <Banners />
      <main id="main">{connection.value === 'locked' ? <Unlock /> : <View />}</main>
      <Explain />
    </>
  );
}

function Top(): JSX.Element {
  return (
    <header class="top">
      <h1>ML4T</h1>
      <span class={`state ${connection.value}`} role="status">
        {WORDS[connection.value]}
      </span>
      <span class="serving">
        {status.value === null ? '' : 'model '}
        {status.value !== null && <Foreign text={status.value.model_version ?? 'none'} />}
        {status.value?.serving != null && (
          <>
            {': '}
            <span data-figure="headline" title={status.value.serving.headline.sentence}>
              {status.value.serving.headline.word}
            </span>
            {'; '}
            <span data-figure="proven">{provenInWords(status.value.serving)}</span>
          </>
        )}
      </span>
      <nav aria-label="Views">
        {(Object.keys(VIEWS) as ViewName[]).map((name) => (
          <a key={name} href={`#${name}`} aria-current={view.value === name ? 'page' : undefined}>
            {name[0].toUpperCase() + name.slice(1)}
          </a>
        ))}
      </nav>
      <div class="buttons">
        <button type="button" onClick={switchZone}>
          {isUtc.value ? 'Times: UTC' : 'Times: local'}
        </button>
        <button type="button" onClick={switchTheme}>
          {theme.value === 'dark' ? 'Light' : 'Dark'}
        </button>
      </div>
    </header>
  );
}

function switchZone(): void {
  isUtc.value = !isUtc.value;
  localStorage.setItem('ml4t.zone', isUtc.value ? 'utc' : 'local');
}

function switchTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem('ml4t.theme', theme.value);
}

function Banners(): JSX.Element {
  const last = shown.value.at(0)?.enriched;
  const ageSeconds = Math.round((nowMs.value - statusAtMs.value) / 1000);
  return (
    <div role="alert">
      {connection.value === 'offline' && (
        <p class="banner">The service cannot be reached. It is tried again; what you see is from before.</p>
      )}
      {connection.value === 'live' && isStale.value && (
        <p class="banner">
          ⚠ These figures are {ageSeconds} s old: the service does not answer. What you see is from before.
        </p>
      )}
      {status.value !== null && status.value.model_version === null && (
        <p class="banner">No model serves: nothing is decided, and every confidence is the default one.</p>
      )}
      {last?.source === 'stale' && (
        <p class="banner">
          ⚠ The last signal was skipped as stale: <Foreign text={last.reason ?? '–'} />
        </p>
      )}
      {problem.value !== null && (
        <p class="banner">
          <Foreign text={problem.value} />{' '}
          <button type="button" onClick={() => (problem.value = null)}>
            Dismiss
          </button>
        </p>
      )}
    </div>
  );
}

function Unlock(): JSX.Element {
  const unlock = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    token.set(String(form.get('token')).trim());
    connection.value = 'connecting';
    connect();
  };
  return (
    <form class="panel" onSubmit={unlock}>
      <h2>This service wants its token</h2>
      <label>
        Token <input name="token" type="password" autocomplete="off" required />
      </label>{' '}
      <button type="submit">Open</button>
      <p class="muted">It is kept in this tab only, until the tab is closed.</p>
    </form>
  );
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
addEventListener('hashchange', () => {
  view.value = viewOfAddress();
});
startClock();
connect();
const place = document.getElementById('app');
if (place !== null) {
  place.replaceChildren();
  render(<App />, place);
}
