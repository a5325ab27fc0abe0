import chinese from 'bpmn-js-i18n-zh/lib/bpmn-js';

// what the list of the community lacks
import more from './bpmn-words.json';

/** bpmn-js asks a service for its few words; English is what it falls back to. */
export function translateModule(language: string): Record<string, unknown> {
  const words: Record<string, string> = language === 'en' ? {} : { ...chinese, ...more };
  const translate = (template: string, values: Record<string, unknown> = {}) =>
    (words[template] ?? template).replace(/\{([^}]+)\}/g, (_, name: string) =>
      String(values[name] ?? `{${name}}`),
    );
  return { translate: ['value', translate] };
}
