import createClient, { type Middleware } from 'openapi-fetch';

import { freshKey, keyFor, settle } from './intents';
import { Problem } from './problem';
import type { paths } from './schema';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const IDEMPOTENCY = 'Idempotency-Key';
const ACTING_FOR = 'Dudao-Acting-For';

let csrfToken = '';

/** Called by the session query; every unsafe request carries the token back. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

let principal: string | null = null;

/** The person in whose place requests are made (代理); null for oneself. */
export function actInPlaceOf(userId: string | null): void {
  principal = userId;
}

/** One's own account is never another's, and neither are the pages of administration read. */
const OWN = /^\/api\/v1\/(session|account|tokens|delegations)\b/;
const ADMINISTRATION =
  /^\/api\/v1\/(proposals|model-drafts|parameters|deadline-rules|ladders|calendars|recounts|organisations|jobs|incidents|operations|migrations|mails|journal|posts|roles|accounts|disclosures)\b/;

function isDoneForAnother(request: Request): boolean {
  const { pathname } = new URL(request.url);
  if (OWN.test(pathname)) return false;
  // an act there is sent with the name all the same: the server says that it cannot be done so
  return !(SAFE.has(request.method) && ADMINISTRATION.test(pathname));
}

let onSignedOut: () => void = () => undefined;

/** Told when the server no longer knows the session, whatever was asked. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Which language the server is to answer in; the page's, whatever the browser prefers. */
let language = 'zh-CN';

export function askIn(next: string): void {
  language = next;
}

const headers: Middleware = {
  async onRequest({ request }) {
    request.headers.set('Accept-Language', language);
    if (principal && isDoneForAnother(request)) request.headers.set(ACTING_FOR, principal);
    if (SAFE.has(request.method)) return request;
    if (csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    if (request.method === 'POST') {
      const isJson = request.headers.get('Content-Type')?.includes('json') ?? false;
      const body = isJson ? await request.clone().text() : '';
      // an upload has no readable body here; the server keeps equal files once anyway
      const intent = isJson || !request.body ? `${principal ?? ''} ${request.url}\n${body}` : freshKey();
      request.headers.set(IDEMPOTENCY, keyFor(intent));
    }
    return request;
  },
  onResponse({ request, response }) {
    const key = request.headers.get(IDEMPOTENCY);
    if (key && response.status < 500) settle(key);
    if (response.status === 401 && !request.url.endsWith('/session')) onSignedOut();
    return undefined;
  },
};

// looked up at each call, so that the one fetch of the page is used, whatever wraps it
export const api = createClient<paths>({ fetch: (request) => globalThis.fetch(request) });
api.use(headers);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or a Problem thrown. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch((cause: unknown) => {
    throw new Problem({ code: 'network', status: 0, detail: String(cause) });
  });
  if (response.ok) return data as T;
  const document = typeof error === 'object' && error !== null ? error : {};
  throw new Problem({ code: 'unknown', ...document, status: response.status });
}
