/** Path of the WebSocket. */
export const STREAM_PATH = '/v1/stream';

/** Path of a request without its query. */
export function pathOf({ url = '/' }: { readonly url?: string | undefined }): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Whether a path is a file of the dashboard, which needs no token because it has no data of the service. */
export function isPagePath(path: string): boolean {
  return path === '/' || path.startsWith('/dashboard/');
}
