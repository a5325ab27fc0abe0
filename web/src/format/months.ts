/** Months of the office's calendar: 2026-03, its days as 2026-03-01. */
const DAY_MS = 86_400_000;

function noon(day: string): number {
  return Date.parse(`${day}T12:00:00Z`);
}

function iso(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** The days of a month. */
export function daysOf(month: string): string[] {
  const first = noon(`${month}-01`);
  const days = Array.from({ length: 31 }, (_, number) => iso(first + number * DAY_MS));
  return days.filter((day) => day.startsWith(month));
}

/** 0 is Monday. */
export function weekday(day: string): number {
  return (new Date(noon(day)).getUTCDay() + 6) % 7;
}

/** The weeks of a month from Monday to Sunday; null where a week reaches into another month. */
export function weeksOf(month: string): (string | null)[][] {
  const days = daysOf(month);
  const before = Array.from({ length: weekday(`${month}-01`) }, () => null);
  const all: (string | null)[] = [...before, ...days];
  while (all.length % 7 !== 0) all.push(null);
  return Array.from({ length: all.length / 7 }, (_, week) => all.slice(week * 7, week * 7 + 7));
}

/** The month so many months later. */
export function monthAfter(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const total = year * 12 + number - 1 + count;
  return `${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, '0')}`;
}
