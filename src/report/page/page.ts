import { stringifyLossless } from '../../core/index.ts';
import type { ReportRecord } from './figure.ts';
import { dataBlock, type Html, html, trusted } from './html.ts';
import { STYLES } from './styles.ts';

/** Nothing runs, nothing is fetched: all that there is, is in the file. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface PageParts {
  readonly title: string;
  readonly subtitle: Html;
  /** What the data is, in a line. */
  readonly about: Html;
  readonly sections: readonly Html[];
  /** What `--json` prints, kept whole for programs. */
  readonly record: ReportRecord;
}

/** A whole page as text. */
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

/** One part of the page. */
export function section(heading: string, ...content: readonly Html[]): Html {
  return html`<section><h2>${heading}</h2>${content}</section>
`;
}

/** A chart under its title, with a note on how to read it. */
export function chartFigure(title: string, image: Html, note: Html | null = null): Html {
  return html`<figure><figcaption>${title}</figcaption>${image}${note === null ? null : html`<p class="note">${note}</p>`}</figure>`;
}

/** Charts side by side where there is room. */
export function pair(...figures: readonly Html[]): Html {
  return html`<div class="pair">${figures}</div>`;
}

export interface TableParts {
  readonly caption: string;
  /** Titles of the columns; those in `numbers` stand to the right. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly (Html | string)[])[];
  /** Columns, counted from 0, that hold words; the others hold numbers. */
  readonly words?: readonly number[];
}

/** A table whose first column names its rows. */
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
