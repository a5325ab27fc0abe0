import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { phrases, phrasesQuery } from '../../queries/phrases';
import { problemText } from '../problem-text';
import { PhraseBook } from './phrase-book';
import styles from './phrases.module.css';

/** How many stand beside the field; the book has all. */
const SHOWN = 6;

type Props = { text: () => string; pick: (phrase: string) => void };

/** 常用语: one press puts a sentence into the opinion; what is written can be kept as one. */
export function PhraseBar({ text, pick }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(phrasesQuery);
  const keep = useMutation({
    mutationFn: (words: string) => phrases.keep(words, null),
    onSuccess: () => {
      void message.success(t('phrase.kept'));
      void client.invalidateQueries(phrasesQuery);
    },
    onError: (error) => void message.error(problemText(t, asProblem(error)), 6),
  });
  return (
    <div className={styles.bar} role="group" aria-label={t('phrase.title')}>
      <span className={styles.label}>{t('phrase.title')}</span>
      {data?.items.slice(0, SHOWN).map((phrase) => (
        <Button key={phrase.id} size="small" className={styles.phrase} title={phrase.text}
          onClick={() => { pick(phrase.text); }}>
          {phrase.text}
        </Button>
      ))}
      <Button type="link" size="small" disabled={keep.isPending}
        onClick={() => {
          const words = text().trim();
          if (words) keep.mutate(words);
          else void message.info(t('phrase.nothing_to_keep'));
        }}>
        {t('phrase.keep')}
      </Button>
      <Button type="link" size="small" onClick={() => { setOpen(true); }}>{t('phrase.all')}</Button>
      {isOpen && <PhraseBook pick={pick} close={() => { setOpen(false); }} />}
    </div>
  );
}
