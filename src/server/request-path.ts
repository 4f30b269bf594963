/** Path of the WebSocket. */
export const STREAM_PATH = '/v1/stream';

/** Start of a target that names the server too, as a proxy gets it. */
const AUTHORITY = /^https?:\/\/[^/?#]+/i;

/** A target that is its path, as nearly every one is. */
const PLAIN_TARGET = /^\/[\w/.:-]*$/;

/** Path of a request as the router sees it, without host and query: what the checks decide on is what is answered. */
export function pathOf({ url = '/' }: { readonly url?: string | undefined }): string {
  if (PLAIN_TARGET.test(url)) return url;
  const target = url.startsWith('/') ? url : url.replace(AUTHORITY, '');
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  return path.includes('%') ? decoded(path) : path || '/';
}

/** A path that is wrongly encoded stays as it is; the router refuses it. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Paths that tell an orchestrator of containers or a load balancer how the service is. */
const PROBE_PATHS: readonly string[] = ['/healthz', '/readyz'];

/** Whether a path is a probe's, which may come under any name and without the token: a probe knows an address, and nothing else. */
export function isProbePath(path: string): boolean {
  return PROBE_PATHS.includes(path);
}

/** Whether a path is a file of the dashboard, which needs no token because it has no data of the service. */
export function isPagePath(path: string): boolean {
  return path === '/' || path.startsWith('/dashboard/');
}

const HALT_PATHS: readonly string[] = ['/v1/halt', '/v1/resume'];

/** Whether a path halts or resumes betting, which must get through when nothing else does. */
export function isHaltPath(path: string): boolean {
  return HALT_PATHS.includes(path);
}
