import type { Plugin } from 'vite';

const VIEWER = /@bpmn-io\/form-js-viewer\/dist\/index\.es\.js$/;
const EDITOR = /@bpmn-io\/form-js-editor\/dist\/index\.es\.js$/;

/**
 * form-js 1.23 hard-codes English and has no translation service.
 * Each literal below is replaced at build time by a call to formWord (src/forms/words.ts) with the
 * dictionary key beside it, so the words follow the language switch. ${…} parts become {{0}}, {{1}}.
 * An upgrade that drops a literal fails the build, instead of silently showing English.
 */
export const FORM_WORDS: Record<string, string> = {
  'Field is required.': 'form.required',
  'Field must match pattern ${validation.pattern}.': 'form.pattern',
  'Field must have minimum value of ${validation.min}.': 'form.min',
  'Field must have maximum value of ${validation.max}.': 'form.max',
  'Field must have minimum length of ${validation.minLength}.': 'form.minLength',
  'Field must have maximum length of ${validation.maxLength}.': 'form.maxLength',
  'Min validation value is not a valid number.': 'form.notNumber',
  'Max validation value is not a valid number.': 'form.notNumber',
  'Field must be a valid  international phone number. (e.g. +4930664040900)': 'form.phone',
  'Field must be a valid email.': 'form.email',
  'Value is not a number.': 'form.notNumber',
  'Value is expected to ': 'form.expected',
  'be an integer': 'form.integer',
  "have at most ${decimalDigits} decimal digit${decimalDigits > 1 ? 's' : ''}": 'form.decimals',
  'Please select a valid value, the two nearest valid values are ${previousValue} and ${nextValue}.':
    'form.nearest',
  'Date and time must both be entered.': 'form.dateAndTime',
  'No results': 'form.noResults',
  'All values selected': 'form.allSelected',
  Search: 'form.search',
  Select: 'form.select',
  'Skip to search': 'form.skipToSearch',
  'Remove tag': 'form.removeTag',
  Increment: 'form.increment',
  Decrement: 'form.decrement',
  'Nothing to show.': 'form.nothing',
  'Previous page': 'form.previousPage',
  'Next page': 'form.nextPage',
  'Click to sort by ${label} descending': 'form.sortDescending',
  'Click to sort by ${label} ascending': 'form.sortAscending',
  'Click to remove sorting': 'form.sortOff',
  'Add new': 'form.addRow',
  'Collapse': 'form.collapse',
  'Expand all (${values.length - 1})': 'form.expand',
  'Remove list item ${itemIndex + 1}': 'form.removeRow',
  'No content to show.': 'form.nothing',
  "External content couldn't be loaded.": 'form.notLoaded',
  'Document reference is not defined.': 'form.notLoaded',
  'Unable to download document': 'form.notLoaded',
  'Download ${fileName}': 'form.download',
};

/** What the parts of a form are called in the palette; a getter, because the language may change. */
export const PART_NAMES: Record<string, string> = {
  Checkbox: 'form_part.checkbox',
  'Checkbox group': 'form_part.checklist',
  'Date time': 'form_part.datetime',
  Group: 'form_part.group',
  Number: 'form_part.number',
  'Radio group': 'form_part.radio',
  Select: 'form_part.select',
  Separator: 'form_part.separator',
  Spacer: 'form_part.spacer',
  'Dynamic list': 'form_part.dynamiclist',
  'Tag list': 'form_part.taglist',
  'Text view': 'form_part.text',
  Expression: 'form_part.expression',
  'Text field': 'form_part.textfield',
  'Text area': 'form_part.textarea',
  Table: 'form_part.table',
  Button: 'form_part.button',
};

/** The editor's few words of its own. Its properties panel is not shown: src/modeler/form has ours. */
export const EDITOR_CODE: Record<string, string> = {
  'title: `Create ${getIndefiniteArticle(type)} ${label} element`': "title: __formWord('form_editor.add', label)",
  "label: 'Input',": "get label() { return __formWord('form_editor.input'); },",
  "label: 'Selection',": "get label() { return __formWord('form_editor.selection'); },",
  "label: 'Presentation',": "get label() { return __formWord('form_editor.presentation'); },",
  "label: 'Containers',": "get label() { return __formWord('form_editor.containers'); },",
  "label: 'Action',\n  id": "get label() { return __formWord('form_editor.action'); },\n  id",
  'title: "Components",\n      children: "Components"': "children: __formWord('form_editor.parts')",
  'placeholder: "Search components"': "placeholder: __formWord('form_editor.search')",
  'title: "Clear content"': "title: __formWord('form_editor.clear')",
  '"No components found."': "__formWord('form_editor.none')",
  '"Drag and drop components here."': "__formWord('form_editor.drop')",
  '"Build your form"': "__formWord('form_editor.begin')",
  '"Drag and drop components here to start designing."': "__formWord('form_editor.drop')",
  '"Use the preview window to test your form."': "__formWord('form_editor.preview')",
};

/** Code replaced as it stands: dates are shown as 2026-11-23 whatever the browser's locale. */
export const FORM_CODE: Record<string, string> = {
  'dateFormat: getLocaleDateFlatpickrConfig()': "dateFormat: 'Y-m-d'",
  'placeholder: getLocaleReadableDateFormat()': "placeholder: __formWord('form.datePattern')",
  "'01/01/1900'": "'1900-01-01'",
  "label: 'File picker'": "get label() { return __formWord('form_part.filepicker'); }",
};

function call(english: string, key: string): string {
  const values = [...english.matchAll(/\$\{([^{}]*)\}/g)].map((match) => match[1]);
  const rest = values.length > 0 ? `, ${values.join(', ')}` : '';
  return `__formWord('${key}'${rest})`;
}

/** Rewrites the editor's source, in the same way. */
export function rewriteEditor(code: string): { code: string; missing: string[] } {
  const missing = Object.keys(EDITOR_CODE).filter((from) => !code.includes(from));
  for (const [from, to] of Object.entries(EDITOR_CODE)) code = code.replaceAll(from, () => to);
  return { code, missing };
}

/** Rewrites form-js' source; answers the code and what was not found. */
export function rewrite(code: string): { code: string; missing: string[] } {
  const missing: string[] = [];
  const swap = (from: string[], to: string, name: string) => {
    const found = from.filter((literal) => code.includes(literal));
    if (found.length === 0) missing.push(name);
    for (const literal of found) code = code.replaceAll(literal, () => to);
  };
  for (const [english, key] of Object.entries(PART_NAMES)) {
    swap([`name: '${english}',`], `get name() { return __formWord('${key}'); },`, `name: ${english}`);
  }
  for (const [from, to] of Object.entries(FORM_CODE)) swap([from], to, from);
  for (const [english, key] of Object.entries(FORM_WORDS)) {
    const quotes = english.includes('${') ? ['`'] : ['"', "'"];
    const literals = quotes.map((quote) => quote + english + quote);
    // a name: 'Select' is the editor's palette entry, never shown by the viewer
    if (english === 'Select') swap(["valueLabel || 'Select'"], `valueLabel || ${call(english, key)}`, english);
    else swap(literals, call(english, key), english);
  }
  return { code, missing };
}

export function formWords(): Plugin {
  return {
    name: 'form-words',
    enforce: 'pre',
    transform(code, id) {
      if (!VIEWER.test(id) && !EDITOR.test(id)) return undefined;
      const result = VIEWER.test(id) ? rewrite(code) : rewriteEditor(code);
      if (result.missing.length > 0) {
        this.error(`form-words: not found in form-js: ${result.missing.join(' | ')}`);
      }
      return {
        code: `import { formWord as __formWord } from '/src/forms/words.ts';\n${result.code}`,
        map: null,
      };
    },
  };
}
