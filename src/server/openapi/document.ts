import { z } from 'zod';
import { PROBLEMS, type ProblemCode, problemSchema } from '../../wire/index.ts';
import { isProbePath } from '../request-path.ts';
import type { ServerOptions } from '../server-options.ts';
import type { MediaDoc, RouteDoc } from './route-doc.ts';
import { ROUTES } from './routes.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the gate, and the connection before it, may answer to any request. */
const ALWAYS: readonly ProblemCode[] = [
  'BAD_REQUEST',
  'FORBIDDEN_HOST',
  'FORBIDDEN_ORIGIN',
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'OVERLOADED',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
];
const OF_BODIES: readonly ProblemCode[] = ['BAD_JSON', 'INVALID_VALUE', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE'];
const INT64 = { minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n };
const SCHEMA_ROOT = '#/components/schemas/';

/** The OpenAPI 3.1 description of this server, made from the schemas that check. */
export function openApiDocument({ version, secrets }: Pick<ServerOptions, 'version' | 'secrets'>): Json {
  const components = new Map<string, Json>();
  const show = (schema: z.ZodType): Json => shown(schema, components);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTES) {
    paths[route.path] ??= {};
    paths[route.path][route.method] = operationOf(route, show);
  }
  const token = { type: 'http', scheme: 'bearer' };
  return {
    openapi: '3.1.0',
    info: {
      title: 'ML4T orchestrator',
      version,
      description:
        'Says take or skip of trading signals: what each is worth after its cost, whether that was proven, how much to bet.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    ...(secrets.token === null ? {} : { security: [{ token: [] }] }),
    paths,
    components: { schemas: Object.fromEntries(components), securitySchemes: { token } },
  };
}

function operationOf(route: RouteDoc, show: (schema: z.ZodType) => Json): Json {
  const { operationId, summary, description, params, query, body, isBodyOptional, messages } = route;
  const parameters = [...parametersOf('path', params, show), ...parametersOf('query', query, show)];
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(isProbePath(route.path) ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(messages === undefined ? {} : { 'x-messages': { send: show(messages.send), receive: show(messages.receive) } }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: isBodyOptional !== true, content: contentOf(body, show) } }),
    responses: { ...answersOf(route, show), ...refusalsOf(route, show) },
  };
}

function parametersOf(place: 'path' | 'query', of: z.ZodObject | undefined, show: (schema: z.ZodType) => Json): Json[] {
  return Object.entries(of?.shape ?? {}).map(([name, schema]) => {
    const { description, ...rest } = show(schema as z.ZodType);
    const required = place === 'path';
    return { name, in: place, required, ...(description === undefined ? {} : { description }), schema: rest };
  });
}

function contentOf(media: Readonly<Record<string, MediaDoc>>, show: (schema: z.ZodType) => Json): Json {
  return Object.fromEntries(
    Object.entries(media).map(([type, { schema, line, description, examples }]) => [
      type,
      {
        schema: { ...show(schema), ...(description === undefined ? {} : { description }) },
        ...(line === undefined ? {} : { 'x-item-schema': show(line) }),
        ...(examples === undefined
          ? {}
          : { examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) }),
      },
    ]),
  );
}

function answersOf(route: RouteDoc, show: (schema: z.ZodType) => Json): Json {
  const { method, status, alsoStatus, answer, summary, links } = route;
  const shownAnswer = {
    description: summary,
    ...(method === 'head' ? {} : { content: contentOf(answer, show) }),
    ...(links === undefined ? {} : { links }),
  };
  return { [status]: shownAnswer, ...(alsoStatus === undefined ? {} : { [alsoStatus]: shownAnswer }) };
}

function refusalsOf(route: RouteDoc, show: (schema: z.ZodType) => Json): Json {
  const body = { content: { 'application/problem+json': { schema: show(problemSchema) } } };
  const refusals: (readonly [status: number, code: ProblemCode])[] = [...codesOf(route)].map((code) => [
    PROBLEMS[code].status,
    code,
  ]);
  if (route.mayMismatch === true) refusals.push([PROBLEMS.INVALID_VALUE.mismatchStatus, 'INVALID_VALUE']);
  const byStatus = Map.groupBy(refusals, ([status]) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, refused]) => {
      const codes = refused.map(([, code]) => code);
      const description = codes.map((code) => `${code}: ${PROBLEMS[code].title}`).join('; ');
      const doesWait = codes.some((code) => 'retryAfterSeconds' in PROBLEMS[code]);
      const headers = { 'retry-after': { description: 'seconds', schema: { type: 'integer' } } };
      return [status, { description, ...(doesWait ? { headers } : {}), ...(route.method === 'head' ? {} : body) }];
    }),
  );
}

/** The codes of every refusal that a route may answer, its own and those of the gate. */
function codesOf({ path, params, body, problems }: RouteDoc): ReadonlySet<ProblemCode> {
  const codes = new Set<ProblemCode>([...ALWAYS, ...problems]);
  if (!isProbePath(path)) {
    codes.add('UNAUTHORIZED');
    codes.add('INVALID_VALUE'); // an unknown query, at least
  }
  if (path.startsWith('/v1/')) codes.add('STOPPING');
  if (params !== undefined) codes.add('NOT_FOUND');
  if (body !== undefined) for (const code of OF_BODIES) codes.add(code);
  return codes;
}

/** A schema as JSON Schema 2020-12; those with a name of their own go to the components and are referred to. */
function shown(schema: z.ZodType, components: Map<string, Json>): Json {
  const { $schema: _dialect, $defs, ...root } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Readonly<Record<string, Json>>)) {
    if (!components.has(name)) components.set(name, tidy(definition) as Json);
  }
  const { id, ...body } = root as Json & { readonly id?: string };
  if (id === undefined) return tidy(body) as Json;
  if (!components.has(id)) components.set(id, tidy(body) as Json);
  return { $ref: `${SCHEMA_ROOT}${id}` };
}

/** Points references at the components, and takes the limits of a double off integers that are read without loss. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, child]) => !isDoubleLimit(key, child) && key !== 'id');
  const record = Object.fromEntries(
    kept.map(([key, child]) => [
      key,
      key === '$ref'
        ? String(child).replace('#/$defs/', SCHEMA_ROOT)
        : key === 'properties'
          ? tidyEach(child)
          : tidy(child),
    ]),
  );
  return record.format === 'int64' ? { ...INT64, ...record, type: 'integer' } : record;
}

/** The values of a record whose keys are names of fields, `id` included. */
function tidyEach(record: unknown): Json {
  return Object.fromEntries(Object.entries(record as Json).map(([name, schema]) => [name, tidy(schema)]));
}

function isDoubleLimit(key: string, value: unknown): boolean {
  return (key === 'minimum' || key === 'maximum') && Math.abs(value as number) === Number.MAX_SAFE_INTEGER;
}
