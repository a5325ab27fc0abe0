/** Only addresses of this site: //elsewhere and https://elsewhere are refused. */
export function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/tasks';
}
