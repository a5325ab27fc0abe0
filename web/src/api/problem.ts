import type { Fault } from './types';

type Document = Partial<{
  title: string;
  status: number;
  code: string;
  detail: string;
  errors: Fault[];
}>;

const PAGE_FAULT = 'page-fault';

/** What went wrong, as the server told it (RFC 9457), or `network` when no answer came. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly faults: Fault[];

  constructor(document: Document) {
    super(document.detail ?? document.title ?? document.code ?? 'problem');
    this.name = 'Problem';
    this.status = document.status ?? 0;
    this.code = document.code ?? 'unknown';
    this.title = document.title ?? '';
    this.detail = document.detail ?? '';
    this.faults = document.errors ?? [];
  }

  /** Someone else changed the thing first: 412 (stale revision) or 409 (its state moved on). */
  get isOvertaken(): boolean {
    return this.status === 412 || this.status === 409;
  }

  get isMissing(): boolean {
    return this.status === 404;
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }

  get isOfPage(): boolean {
    return this.code === PAGE_FAULT;
  }

  get isNetwork(): boolean {
    return this.status === 0;
  }
}

/** What a caller of the api caught. Anything but a Problem is a fault of the page's own. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({ code: PAGE_FAULT, status: -1 });
}
