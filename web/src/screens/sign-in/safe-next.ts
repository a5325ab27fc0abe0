const HERE = 'https://here.invalid';

/**
 * Only addresses of this site. The parser of addresses decides, as it will in the browser: it reads
 * a backslash as a slash and leaves out tabs and line feeds, so that /\t/elsewhere names a host.
 */
export function safeNext(next: string | undefined): string {
  return next?.startsWith('/') && staysHere(next) ? next : '/tasks';
}

function staysHere(address: string): boolean {
  try {
    return new URL(address, HERE).origin === HERE;
  } catch {
    return false;
  }
}
