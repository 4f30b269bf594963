/** Path of the WebSocket. */
export const STREAM_PATH = '/v1/stream';

/** Path of a request without its query. */
export function pathOf({ url = '/' }: { readonly url?: string | undefined }): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
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
