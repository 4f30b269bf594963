/** Text that is markup already. It is only made by {@link html}, and by {@link trusted} from what this program drew itself. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | Html | readonly HtmlValue[] | null;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup with values put in. Whatever is not {@link Html} is text, and stays it. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, k) => part + (k < values.length ? markupOf(values[k]) : '')).join(''));
}

/** Takes markup as it is: for charts, which the chart library has escaped, and for the style sheet. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/** Text of others, such as a file name: marks that turn the reading direction end with it. */
export function foreign(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** A value as a data block: scripts of this type never run, and none of its text can end it. */
export function dataBlock(id: string, json: string): Html {
  const safe = json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return html`<script type="application/json" id="${id}">${new Html(safe)}</script>`;
}

function markupOf(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escapeText(String(value));
}

/** Control characters are no text in HTML: they are shown as unknown ones. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (c) => ENTITIES[c])
    .replace(/[\p{Cc}--[\t\n]]/gv, '\ufffd');
}
