/**
 * The server's clock. A rehearsal moves it by months, and an office computer may be wrong, so no
 * screen asks the browser what day it is.
 */
let offset = 0;

export function rememberServerTime(now: string): void {
  offset = Date.parse(now) - performance.timeOrigin - performance.now();
}

/** Now by the server's clock, as an ISO instant. */
export function serverNow(): string {
  return new Date(performance.timeOrigin + performance.now() + offset).toISOString();
}
