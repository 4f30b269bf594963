const KEY = 'ml4t.token';
/** Time a request may take, milliseconds. */
const TIMEOUT_MS = 15_000;
const EVENT_TYPES = 'enriched,outcome,state,bars';

/** An error that the service answered. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The bearer token, kept in this tab only, until the tab is closed. */
export const token = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (text: string): void => sessionStorage.setItem(KEY, text),
};

async function call(path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.body ? { 'content-type': 'application/json' } : {}), ...bearer() };
  const response = await fetch(path, { ...init, headers, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
  throw new ApiError(response.status, problem.detail ?? `the service answered ${response.status}`);
}

function bearer(): Record<string, string> {
  const text = token.get();
  return text === null ? {} : { authorization: `Bearer ${text}` };
}

/** @throws {ApiError} when the service refuses. */
export async function getJson<T>(path: string): Promise<T> {
  return (await (await call(path, {})).json()) as T;
}

/** @throws {ApiError} when the service refuses. */
export async function getText(path: string): Promise<string> {
  return (await call(path, {})).text();
}

/** @throws {ApiError} when the service refuses. */
export async function postJson(path: string, body: unknown): Promise<void> {
  await call(path, { method: 'POST', body: JSON.stringify(body) });
}

/** Opens the WebSocket; the token goes as a subprotocol, because a browser can send no header with a WebSocket. */
export function openStream(): WebSocket {
  const url = new URL('/v1/stream', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('types', EVENT_TYPES);
  url.searchParams.set('hello', 'true');
  const text = token.get();
  if (text === null) return new WebSocket(url);
  const packed = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return new WebSocket(url, ['ml4t', `ml4t.bearer.${packed}`]);
}
