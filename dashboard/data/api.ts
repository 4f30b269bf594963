const KEY = 'ml4t.token';

/** What the service said no with. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The bearer token of this tab; it is gone when the tab is. */
export const token = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (text: string): void => sessionStorage.setItem(KEY, text),
};

async function call(path: string, init: RequestInit): Promise<Response> {
  const held = token.get();
  const headers = { ...(init.body ? { 'content-type': 'application/json' } : {}), ...bearer(held) };
  const response = await fetch(path, { ...init, headers, cache: 'no-store', signal: AbortSignal.timeout(15_000) });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string };
  throw new ApiError(response.status, problem.detail ?? `the service answered ${response.status}`);
}

function bearer(held: string | null): Record<string, string> {
  return held === null ? {} : { authorization: `Bearer ${held}` };
}

/** @throws {ApiError} when the service says no. */
export async function getJson<T>(path: string): Promise<T> {
  return (await (await call(path, {})).json()) as T;
}

/** @throws {ApiError} when the service says no. */
export async function getText(path: string): Promise<string> {
  return (await call(path, {})).text();
}

/** @throws {ApiError} when the service says no. */
export async function postJson(path: string, body: unknown): Promise<void> {
  await call(path, { method: 'POST', body: JSON.stringify(body) });
}

/** The WebSocket; a token comes as a subprotocol, because a browser can send no header with it. */
export function openStream(): WebSocket {
  const url = new URL('/v1/stream', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const held = token.get();
  if (held === null) return new WebSocket(url);
  const packed = btoa(held).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return new WebSocket(url, ['ml4t', `ml4t.bearer.${packed}`]);
}
