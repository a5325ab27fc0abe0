import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import english from 'flatpickr/dist/l10n/default.js';

/** form-js makes its date pickers with flatpickr's global default language. */
export function localiseDates(language: string): void {
  flatpickr.localize(language === 'en' ? english : { ...Mandarin, firstDayOfWeek: 1 });
}
