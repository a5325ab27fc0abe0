import type zh from '../words/zh-CN';

/** What a model may name; each has a key and what people call it, or a word of ours. */
export type Option = { value: string; label: string; word?: keyof (typeof zh)['model_choice'] };
export type Vocabulary = Record<
  'groups' | 'forms' | 'handlers' | 'decisions' | 'processes' | 'deadlines' | 'protections',
  Option[]
>;
