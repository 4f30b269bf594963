/** Where the WebSocket is. */
export const STREAM_PATH = '/v1/stream';

/** The path a request names, without its query. */
export function pathOf({ url = '/' }: { readonly url?: string | undefined }): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Whether the path is one of the dashboard's files, which tell nothing of the service and need no token. */
export function isPagePath(path: string): boolean {
  return path === '/' || path.startsWith('/dashboard/');
}
