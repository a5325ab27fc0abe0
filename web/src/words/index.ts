import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { askIn } from '../api/client';
import zh from './zh-CN';

export type Language = 'zh-CN' | 'en';
const STORED = 'dudao.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zh };
  }
}

void i18next.use(initReactI18next).init({
  lng: 'zh-CN',
  fallbackLng: 'zh-CN',
  resources: { 'zh-CN': { translation: zh } },
  interpolation: { escapeValue: false },
  returnNull: false,
});

/** Chinese is in the first page; English is fetched when it is chosen. */
export async function speak(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { default: en } = await import('./en');
    i18next.addResourceBundle('en', 'translation', en);
  }
  askIn(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(STORED, language);
}

export function storedLanguage(): Language {
  return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh-CN';
}

export const words = i18next;
