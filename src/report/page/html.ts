/** Markup. Only {@link html} makes it from text, and {@link trusted} from charts and styles of this program. */
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

/** Makes markup of a template. A value that is not {@link Html} is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, k) => part + (k < values.length ? markupOf(values[k]) : '')).join(''));
}

/** Takes markup without escaping: for charts, which the chart library has escaped, and for the style sheet. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/** Text that this program did not write, such as a file name: marks of writing direction in it have no effect after it. */
export function foreign(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** Makes a data block, a script of a type that browsers do not run. The text is escaped, so that it cannot end the block. */
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

/** Escapes text. Control characters, which HTML does not allow, become replacement characters. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (c) => ENTITIES[c])
    .replace(/[\p{Cc}--[\t\n]]/gv, '\ufffd');
}
