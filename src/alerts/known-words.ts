/** What Slack answers, as its documentation of incoming webhooks has it, and other receivers after it. */
const WORDS: ReadonlySet<string> = new Set([
  'ok',
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_blocks',
  'invalid_payload',
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'no_text',
  'posting_to_general_channel_denied',
  'rollup_error',
  'team_disabled',
  'too_many_attachments',
  'user_not_found',
]);
/** Discord's numbers of faults, with its words for them. */
const CODES: ReadonlyMap<unknown, string> = new Map([
  [10003, 'Unknown Channel'],
  [10015, 'Unknown Webhook'],
  [40005, 'Request entity too large'],
  [50006, 'Cannot send an empty message'],
  [50027, 'Invalid Webhook Token'],
  [50035, 'Invalid Form Body'],
]);

/**
 * What a receiver answered, where it is one of the known words or numbers; empty for everything else. A receiver may repeat how it was
 * called, in any spelling of its address and its headers, so nothing that it made up is shown.
 *
 * @param answer - the beginning of it.
 */
export function knownWords(answer: string): string {
  const word = answer.trim();
  if (WORDS.has(word)) return word;
  const code = codeIn(word);
  const words = CODES.get(code);
  return words === undefined ? '' : `${code}: ${words}`;
}

/** The field `code` of a JSON object; null for none. */
function codeIn(text: string): unknown {
  if (!text.startsWith('{')) return null;
  try {
    return (JSON.parse(text) as { readonly code?: unknown }).code ?? null;
  } catch {
    return null; // not JSON, or cut off: there is nothing to know it by
  }
}
