import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { phrases, phrasesQuery } from '../../queries/phrases';
import { Blank } from '../blank';
import { Note } from '../note';
import { problemText } from '../problem-text';
import styles from './phrases.module.css';

const MINE = 'mine';

/** All sentences, one's own and those of one's units; add and take away. */
export function PhraseBook({ pick, close }: { pick: (phrase: string) => void; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data } = useQuery(phrasesQuery);
  const [text, setText] = useState('');
  const [owner, setOwner] = useState(MINE);
  const refresh = () => client.invalidateQueries(phrasesQuery);
  const keep = useMutation({
    mutationFn: () => phrases.keep(text, owner === MINE ? null : owner),
    onSuccess: () => {
      setText('');
      return refresh();
    },
  });
  const drop = useMutation({ mutationFn: phrases.drop, onSettled: refresh });
  const error = keep.error ?? drop.error;
  const owners = [
    { value: MINE, label: t('phrase.mine') },
    ...(data?.headed ?? []).map((place) => ({ value: place.id, label: place.name })),
  ];
  return (
    <Modal open title={t('phrase.title')} footer={null} onCancel={close}>
      {error && <Note tone="overdue" live>{problemText(t, asProblem(error))}</Note>}
      {data?.items.length === 0 && <Blank title={t('phrase.none')}>{t('phrase.none_text')}</Blank>}
      <ul className={styles.book}>
        {data?.items.map((phrase) => (
          <li key={phrase.id}>
            <button type="button" className={styles.pick}
              onClick={() => {
                pick(phrase.text);
                close();
              }}>
              {phrase.text}
            </button>
            <span className={styles.owner}>{phrase.organisation?.name ?? t('phrase.mine')}</span>
            {phrase.allowed_acts.includes('delete') && (
              <Button type="text" size="small" aria-label={t('phrase.drop_one', { text: phrase.text })}
                onClick={() => { drop.mutate(phrase.id); }}>
                {t('phrase.drop')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <form className={styles.add}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) keep.mutate();
        }}>
        <Input aria-label={t('phrase.new')} placeholder={t('phrase.new')} maxLength={200} value={text}
          onChange={(event) => { setText(event.target.value); }} />
        {owners.length > 1 && (
          <Select className={styles.whose} aria-label={t('phrase.whose')} value={owner} onChange={setOwner}
            options={owners} />
        )}
        <Button htmlType="submit" loading={keep.isPending} disabled={!text.trim()}>{t('phrase.add')}</Button>
      </form>
    </Modal>
  );
}
