import type { z } from 'zod';
import type { ProblemCode } from '../../wire/index.ts';

/** What stands in a body or an answer of one media type. */
export interface MediaDoc {
  readonly schema: z.ZodType;
  readonly description?: string;
  /** Of one line, where the body is a text of many. OpenAPI 3.2 calls it `itemSchema`. */
  readonly line?: z.ZodType;
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** A further request, whose values come from an answer. */
export interface LinkDoc {
  readonly operationId: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly requestBody?: Readonly<Record<string, string>>;
}

/** One route, as its users see it. */
export interface RouteDoc {
  readonly method: 'get' | 'head' | 'post';
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: Readonly<Record<string, MediaDoc>>;
  readonly isBodyOptional?: boolean;
  readonly status: number;
  readonly answer: Readonly<Record<string, MediaDoc>>;
  /** Messages of a WebSocket, those that a client sends and those that it is sent. */
  readonly messages?: { readonly send: z.ZodType; readonly receive: z.ZodType };
  /** Further statuses that answer with the same schema. */
  readonly alsoStatus?: number;
  /** What may be asked next, by the answer. */
  readonly links?: Readonly<Record<string, LinkDoc>>;
  /** Whether a body of the right form is refused where its values do not fit each other, or what the service holds. */
  readonly mayMismatch?: boolean;
  readonly problems: readonly ProblemCode[];
}
