import type { CalendarYear } from '../../api/types';
import { weekday } from '../../format/months';

export type Mark = { kind: 'workday' | 'weekend' | 'holiday' | 'make_up'; name: string };

/** What kind of day it is by the year's notice; before a year is known, its weekends rest. */
export function markOf(day: string, year: CalendarYear | undefined): Mark {
  const rest = year?.rest_days.find((one) => one.on === day);
  const isWeekend = weekday(day) >= 5;
  if (year?.worked.includes(day)) return { kind: isWeekend ? 'make_up' : 'workday', name: '' };
  if (rest) return { kind: rest.name || !isWeekend ? 'holiday' : 'weekend', name: rest.name };
  return { kind: isWeekend ? 'weekend' : 'workday', name: '' };
}
