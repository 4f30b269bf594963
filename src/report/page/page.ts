import { stringifyLossless } from '../../core/index.ts';
import type { ReportRecord } from './figure.ts';
import { dataBlock, type Html, html, trusted } from './html.ts';
import { STYLES } from './styles.ts';

/** Content security policy: no script runs and nothing is loaded; styles are inline. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface PageParts {
  readonly title: string;
  readonly subtitle: Html;
  /** Description of the data, one line. */
  readonly about: Html;
  readonly sections: readonly Html[];
  /** The object that `--json` prints, added to the page for programs. */
  readonly record: ReportRecord;
}

/** Text of the whole page. */
export function pageText({ title, subtitle, about, sections, record }: PageParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLES)}</style>
</head>
<body>
<header class="top"><h1>${subtitle}</h1><p>${about}</p></header>
<main>
${sections}
</main>
${dataBlock('record', stringifyLossless(record))}
</body>
</html>
`.text;
}

/** A part of the page under a heading. */
export function section(heading: string, ...content: readonly Html[]): Html {
  return html`<section><h2>${heading}</h2>${content}</section>
`;
}

/** A chart under its title, with a note below. */
export function chartFigure(title: string, image: Html, note: Html | null = null): Html {
  return html`<figure><figcaption>${title}</figcaption>${image}${note === null ? null : html`<p class="note">${note}</p>`}</figure>`;
}

/** Charts side by side where the screen is wide enough. */
export function pair(...figures: readonly Html[]): Html {
  return html`<div class="pair">${figures}</div>`;
}

export interface TableParts {
  readonly caption: string;
  /** Titles of the columns. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly (Html | string)[])[];
  /** Indices of the columns with words, by default the first; the others have numbers, aligned right. */
  readonly words?: readonly number[];
}

/** A table whose first column names the rows. */
export function table({ caption, head, rows, words = [0] }: TableParts): Html {
  const kind = (column: number): string => (words.includes(column) ? 'wrap' : 'n');
  const body = rows.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row" class="${kind(0)}">${name}</th>${cells.map((cell, k) => html`<td class="${kind(k + 1)}">${cell}</td>`)}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${head.map((title, k) => html`<th scope="col" class="${kind(k)}">${title}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

/** A text of the program as a sentence: its first letter large, a full stop behind it. */
export function sentence(text: string): string {
  return `${withMinus(text.charAt(0).toUpperCase() + text.slice(1))}.`;
}

/** A text of the program with the minus sign that figures of the page have. A hyphen within a word or a date stays. */
export function withMinus(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])-(?=\d)/gu, '−');
}
