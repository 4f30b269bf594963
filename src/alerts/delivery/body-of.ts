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
/** Maximum length of the name of the service that sends it, characters. */
const SERVICE_LENGTH = 200;
/** Discord's flag of a message whose links have no preview. */
const WITHOUT_PREVIEWS = 4;

/**
 * The body of an alert, in JSON, as a kind of receiver reads it. Names and reasons in it are text: they call nobody and format nothing.
 *
 * @param service - who sends it: see `serviceName`.
 */
export function bodyOf(alert: Alert, kind: WebhookKind, service: string): string {
  return JSON.stringify(BODIES[kind](alert, shortened(printable(service), SERVICE_LENGTH)));
}

const BODIES: Readonly<Record<WebhookKind, (alert: Alert, service: string) => object>> = {
  standard: (alert, service) => ({
    type: alert.event,
    timestamp: new Date(alert.atMs).toISOString(),
    data: {
      ...Object.fromEntries(Object.entries(alert.data).map(([name, value]) => [name, fieldOf(value)])),
      service,
      text: shortened(printable(sentenceOf(alert)), STANDARD_LENGTH),
      held_back: alert.nHeldBack,
    },
  }),
  slack: (alert, service) => {
    const { title, mark, sentence, time } = wordsOf(alert);
    const text = shortened(`${title === '' ? '' : `*${title}*${mark}`}${forSlack(sentence)}`, SLACK_LENGTH);
    const sender = `ml4t on ${forSlack(service)}, ${time}`;
    return {
      text,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } },
        { type: 'context', elements: [{ type: 'mrkdwn', text: sender, verbatim: true }] },
      ],
    };
  },
  discord: (alert, service) => {
    const { title, mark, sentence, time } = wordsOf(alert);
    const end = `\n-# ml4t on ${forDiscord(service)}, ${time}`;
    const text = shortened(
      `${title === '' ? '' : `**${title}**${mark}`}${forDiscord(sentence)}`,
      DISCORD_LENGTH - end.length,
    );
    return { content: `${text}${end}`, allowed_mentions: { parse: [] }, flags: WITHOUT_PREVIEWS };
  },
};

interface Words {
  /** Stands in bold; empty for none. */
  readonly title: string;
  /** Between title and sentence. */
  readonly mark: '' | ': ';
  readonly sentence: string;
  readonly time: string;
}

/** The event stands before a sentence that does not say it already. */
function wordsOf(alert: Alert): Words {
  const title = alert.event.replaceAll('_', ' ');
  const sentence = printable(sentenceOf(alert));
  const time = new Date(alert.atMs).toISOString();
  if (sentence.startsWith(title)) return { title, mark: '', sentence: sentence.slice(title.length), time };
  const said = new Set(sentence.match(/[a-z]+/g));
  if (title.split(' ').every((word) => said.has(word))) return { title: '', mark: '', sentence, time };
  return { title, mark: ': ', sentence, time };
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
