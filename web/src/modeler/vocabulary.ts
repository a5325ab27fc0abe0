import type zh from '../words/zh-CN';

/** What a model may name; each has a key and what people call it, or a word of ours. */
export type Option = { value: string; label: string; word?: keyof (typeof zh)['model_choice'] };
export type Vocabulary = Record<
  'groups' | 'forms' | 'handlers' | 'decisions' | 'processes' | 'deadlines' | 'protections',
  Option[]
>;

/** Before it is known, and when it cannot be had: what a file names stands as it is. */
export const NO_VOCABULARY: Vocabulary = {
  groups: [], forms: [], handlers: [], decisions: [], processes: [], deadlines: [], protections: [],
};
