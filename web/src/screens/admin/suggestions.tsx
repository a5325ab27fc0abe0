import { Link } from '@tanstack/react-router';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Suggestion } from '../../api/types';
import { shortTime } from '../../format/dates';
import { useTitle } from '../../parts/use-title';
import { handleSuggestion, suggestionsQuery } from '../../queries/administration';
import { serverNow } from '../../session/clock';
import { ActDialog } from './act-dialog';
import { Endless } from './endless';
import { LineField } from './line-field';
import { useAct } from './use-act';
import styles from './admin.module.css';

/** What the public wrote to one's own Office from the portal. */
export function Suggestions() {
  const { t } = useTranslation();
  const [isAll, showAll] = useState(false);
  const list = useInfiniteQuery(suggestionsQuery(isAll ? undefined : false));
  useTitle(t('admin.suggestions'));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.suggestions')}</h1>
        <Checkbox className={styles.end} checked={isAll} onChange={(event) => { showAll(event.target.checked); }}>
          {t('suggestions.all')}
        </Checkbox>
      </div>
      <p className={styles.intro}>{t('suggestions.intro')}</p>
      <Endless list={list} label={t('admin.suggestions')} none={t('suggestions.none')}>
        {(rows) => rows.map((row) => <Letter key={row.id} letter={row} />)}
      </Endless>
    </>
  );
}

function Letter({ letter }: { letter: Suggestion }) {
  const { t } = useTranslation();
  const [isOpen, open] = useState(false);
  const now = serverNow();
  return (
    <article className={styles.sheet}>
      <p className={styles.text}>{letter.text}</p>
      <p className={styles.off}>
        {[shortTime(letter.received_at, now), letter.office, letter.writer, letter.contact].filter(Boolean).join(' · ')}
        {letter.publication && <> · {t('suggestions.about', { title: letter.publication })}</>}
      </p>
      {letter.handled_at ? (
        <p>{t('suggestions.handled', { name: letter.handled_by ?? '', time: shortTime(letter.handled_at, now), note: letter.note })}</p>
      ) : (
        <span className={styles.acts}>
          {letter.allowed_acts.includes('handle') && (
            <Button size="small" onClick={() => { open(true); }}>{t('suggestions.handle')}</Button>
          )}
          <Link to="/cases/new">{t('suggestions.open_case')}</Link>
        </span>
      )}
      {isOpen && <Handle letter={letter} close={() => { open(false); }} />}
    </article>
  );
}

function Handle({ letter, close }: { letter: Suggestion; close: () => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const act = useAct({
    run: () => handleSuggestion(letter.id, note.trim()),
    touches: ['suggestions'],
    said: t('suggestions.done'),
    after: close,
  });
  return (
    <ActDialog title={t('suggestions.handle')} okText={t('suggestions.handle')} isReady={note.trim() !== ''} act={act} close={close}>
      <p className={styles.text}>{letter.text}</p>
      <LineField label={t('suggestions.note')} rows={4} value={note} onChange={setNote} />
    </ActDialog>
  );
}
