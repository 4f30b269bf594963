import type { ComponentChildren, JSX } from 'preact';

/** Characters that are shown where nothing else is asked for. */
const SHOWN = 60;
const IN_TITLE = 600;

/** Text from outside: it stays text, keeps its direction to itself, and long text is cut, with more of it in the title. */
export function Foreign({ text, limit = SHOWN }: { readonly text: string; readonly limit?: number }): JSX.Element {
  const letters = Array.from(text.slice(0, IN_TITLE));
  const cut = letters.length > limit ? `${letters.slice(0, limit).join('')}…` : text;
  return (
    <bdi class="foreign" title={text.slice(0, IN_TITLE)}>
      {cut}
    </bdi>
  );
}

/** One figure with its name. */
export function Figure({ name, value, id }: { name: string; value: string; id?: string }): JSX.Element {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd data-figure={id ?? name}>{value}</dd>
    </div>
  );
}

export function Empty({ children }: { children: string }): JSX.Element {
  return <p class="empty">{children}</p>;
}

/** A wide table that scrolls by itself, also by keyboard. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
