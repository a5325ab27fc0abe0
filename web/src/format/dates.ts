/** Dates as the office writes them, always in the calendar of the office, never the browser's. */
const ZONE = 'Asia/Shanghai';

type Parts = { year: string; month: string; day: string; hour: string; minute: string };

const reader = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function parts(instant: string): Parts {
  // a bare date (2026-11-23) is a local day already: read it at noon of the office's zone
  const text = /^\d{4}-\d{2}-\d{2}$/.test(instant) ? `${instant}T12:00:00+08:00` : instant;
  const found = Object.fromEntries(
    reader.formatToParts(new Date(text)).map((part) => [part.type, part.value]),
  );
  return found as unknown as Parts;
}

/** 11-23, or 2025-11-23 when the year is not that of `now`. */
export function shortDay(instant: string, now: string): string {
  const { year, month, day } = parts(instant);
  return year === parts(now).year ? `${month}-${day}` : `${year}-${month}-${day}`;
}

/** 11-23 09:30 */
export function shortTime(instant: string, now: string): string {
  const { hour, minute } = parts(instant);
  return `${shortDay(instant, now)} ${hour}:${minute}`;
}

/** 09:30 */
export function clockTime(instant: string): string {
  const { hour, minute } = parts(instant);
  return `${hour}:${minute}`;
}

/** 2026-11-23, the local day. */
export function isoDay(instant: string): string {
  const { year, month, day } = parts(instant);
  return `${year}-${month}-${day}`;
}

/**
 * The last day of a time limit that ends at `due`. A limit ends at 24:00 of its last day
 * (民法典 203), which a clock also writes as 00:00 of the next one.
 */
export function lastDay(due: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(due)) return due;
  return isoDay(new Date(Date.parse(due) - 1).toISOString());
}

/** 2026年11月23日, as in a document; English: 23 November 2026. */
export function longDay(instant: string, language: string): string {
  const { year, month, day } = parts(instant);
  if (language !== 'en') return `${year}年${Number(month)}月${Number(day)}日`;
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${year}-${month}-${day}T12:00:00Z`),
  );
}
