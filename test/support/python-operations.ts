import { PythonTypes } from './python-types.ts';

type Json = Readonly<Record<string, unknown>>;
type Content = Readonly<Record<string, { readonly schema: Json; readonly 'x-item-schema'?: Json }>>;

interface OperationDoc {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

const METHODS = ['get', 'head', 'post'];
const ERRORS = 'application/problem+json';

/**
 * The operations of an OpenAPI document as Python: what a client sends, and what it is answered.
 *
 * @returns the module, as it stands in python/src/ml4t_client/operations.py.
 */
export function pythonOperations(document: Json): string {
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, Json>> };
  const types = new PythonTypes(schemas);
  const operations = Object.entries(document.paths as Readonly<Record<string, Readonly<Record<string, OperationDoc>>>>)
    .flatMap(([path, methods]) =>
      METHODS.filter((method) => methods[method] !== undefined).map((method) => ({
        method,
        path,
        doc: methods[method],
      })),
    )
    .sort((a, b) => (a.doc.operationId < b.doc.operationId ? -1 : 1));
  return [
    '"""Operations of the service, made from its OpenAPI document by `npm run python:types`; a test compares the two. Do not edit."""',
    '',
    'from __future__ import annotations',
    '',
    'from collections.abc import Mapping',
    'from typing import Literal, TypeAlias',
    '',
    'from ml4t_client.operation import Operation',
    '',
    'OperationId: TypeAlias = Literal[',
    ...operations.map(({ doc }) => `    "${doc.operationId}",`),
    ']',
    '',
    'OPERATIONS: Mapping[OperationId, Operation] = {',
    ...operations.flatMap(({ method, path, doc }) => [
      `    "${doc.operationId}": Operation(`,
      `        method="${method.toUpperCase()}",`,
      `        path="${path}",`,
      `        query=${tuple((doc.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => `"${name}"`))},`,
      `        body=${quoted(doc.requestBody === undefined ? null : messageOf(types, doc.requestBody.content))},`,
      `        answer=${quoted(answerOf(types, doc))},`,
      `        statuses=${tuple(answers(doc).map(([status]) => status))},`,
      '    ),',
    ]),
    '}',
    '',
  ].join('\n');
}

/** Statuses that are no refusal, and what they bring. */
function answers(doc: OperationDoc): readonly (readonly [status: string, content: Content])[] {
  return Object.entries(doc.responses)
    .map(([status, { content = {} }]) => [status, content] as const)
    .filter(([status, content]) => Number(status) < 300 || (Object.keys(content).length > 0 && !(ERRORS in content)));
}

function answerOf(types: PythonTypes, doc: OperationDoc): string | null {
  const [, content] = answers(doc)[0];
  return Object.keys(content).length === 0 ? null : messageOf(types, content);
}

/** The message of JSON, else that of a line, else text. */
function messageOf(types: PythonTypes, content: Content): string {
  const media = content['application/json'] ?? Object.values(content)[0];
  return types.of('', media['x-item-schema'] ?? media.schema);
}

const quoted = (text: string | null): string => (text === null ? 'None' : `"${text.replaceAll('"', "'")}"`);
const tuple = (values: readonly string[]): string =>
  values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
