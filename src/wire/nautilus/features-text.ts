import { ConditionError, parseLossless } from '../../core/index.ts';
import { checkPlain } from '../message-json.ts';
import { checkBy } from '../reading/check-by.ts';
import { type NamedValues, namedValues } from '../reading/named-values.ts';

/** A JSON string, which stays as it is, or what Python writes for a number that is not finite, which is no JSON. */
const STRING_OR_NOT_FINITE = /"(?:[^"\\]|\\[\s\S])*"?|-?Infinity|NaN/g;

/**
 * Parses the `features` of a `TradeSignal`: a custom data class has no field for a mapping, so it is JSON in a text.
 *
 * @param text - of the field. @returns null for an empty text; what is no text as it is; neither is checked further.
 * @throws {ConditionError} for any other text.
 */
export function parseFeaturesText(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') return text === '' ? null : text;
  try {
    const features = parseLossless(text.replace(STRING_OR_NOT_FINITE, (token) => (token[0] === '"' ? token : 'null')));
    checkPlain(features);
    return features;
  } catch (error) {
    if (error instanceof ConditionError) throw error;
    throw new ConditionError('features', 'a JSON object of numbers by name, as text', text);
  }
}

/** The values in the `features` of a `TradeSignal`, NaN for one that is not known; null for none. @throws {ConditionError} */
export function readFeaturesText(text: string | null): NamedValues | null {
  const features = parseFeaturesText(text ?? '');
  return features === null ? null : checkBy(namedValues, features, 'features');
}
