import { printable } from '../../core/index.ts';
import type { WebhookKind } from '../../domain/index.ts';
import { type Alert, sentenceOf } from '../events/alert.ts';

/** Maximum length of a sentence in a body of Standard Webhooks, characters. */
const STANDARD_LENGTH = 4000;
/** Maximum length of the text of a section of Slack's. */
const SLACK_LENGTH = 3000;
/** Maximum length of a message of Discord's. */
const DISCORD_LENGTH = 2000;
/** Maximum length of a field for programs, characters: names of instruments and reasons. */
const FIELD_LENGTH = 2000;
/** Discord's flag of a message whose links have no preview. */
const WITHOUT_PREVIEWS = 4;

/** The body of an alert, in JSON, as a kind of receiver reads it. Names and reasons in it are text: they call nobody and format nothing. */
export function bodyOf(alert: Alert, kind: WebhookKind): string {
  return JSON.stringify(BODIES[kind](alert));
}

const BODIES: Readonly<Record<WebhookKind, (alert: Alert) => object>> = {
  standard: (alert) => ({
    type: alert.event,
    timestamp: new Date(alert.atMs).toISOString(),
    data: {
      ...Object.fromEntries(Object.entries(alert.data).map(([name, value]) => [name, fieldOf(value)])),
      text: shortened(printable(sentenceOf(alert)), STANDARD_LENGTH),
      held_back: alert.nHeldBack,
    },
  }),
  slack: (alert) => {
    const { title, sentence, time } = wordsOf(alert);
    const text = shortened(`*${title}*: ${forSlack(sentence)}`, SLACK_LENGTH);
    return {
      text,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } },
        { type: 'context', elements: [{ type: 'mrkdwn', text: `ml4t, ${time}`, verbatim: true }] },
      ],
    };
  },
  discord: (alert) => {
    const { title, sentence, time } = wordsOf(alert);
    const end = `\n-# ml4t, ${time}`;
    const text = shortened(`**${title}**: ${forDiscord(sentence)}`, DISCORD_LENGTH - end.length);
    return { content: `${text}${end}`, allowed_mentions: { parse: [] }, flags: WITHOUT_PREVIEWS };
  },
};

function wordsOf(alert: Alert): { readonly title: string; readonly sentence: string; readonly time: string } {
  return {
    title: alert.event.replaceAll('_', ' '),
    sentence: printable(sentenceOf(alert)),
    time: new Date(alert.atMs).toISOString(),
  };
}

/** Slack's own escapes; what would begin a format stands behind a sign of no width. */
function forSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, (sign) => `\u200b${sign}\u200b`);
}

function forDiscord(text: string): string {
  return text.replace(/[\\*_~`|>#\-[\]()<@:]/g, (sign) => `\\${sign}`);
}

function fieldOf(value: string | number | boolean | null): string | number | boolean | null {
  return typeof value === 'string' ? shortened(printable(value), FIELD_LENGTH) : value;
}

/** At most `length` UTF-16 units, and never half a sign. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/[\ufffd\\]+$/, '')}…`;
}
