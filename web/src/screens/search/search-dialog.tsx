import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { Failure } from '../../parts/failure';
import { searchQuery } from '../../queries/search';
import { Hits } from './hits';
import { optionsOf, useOpen } from './options';
import styles from './search-dialog.module.css';

const PAUSE_MS = 200;

/** Type, go up and down, Enter opens; what is found is only what this person may see. */
export default function SearchDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState('');
  const q = useSettled(text.trim());
  const found = useQuery(searchQuery(q));
  const options = q && found.data ? optionsOf(found.data) : [];
  const [at, setAt] = useState(0);
  const current = Math.min(at, options.length - 1);
  const open = useOpen(close);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = options[current];
    if (event.key === 'Enter' && option && !event.nativeEvent.isComposing) open(option);
    if (!step || options.length === 0) return;
    event.preventDefault();
    const next = (current + step + options.length) % options.length;
    setAt(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Modal open title={t('search.title')} footer={null} onCancel={close} destroyOnHidden>
      <Input
        autoFocus
        role="combobox"
        aria-label={t('search.title')}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={options[current] ? `${id}-${current}` : undefined}
        placeholder={t('search.placeholder')}
        maxLength={80}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={move}
      />
      <div className={styles.found} aria-busy={found.isFetching}>
        {found.isError && <Failure error={found.error} retry={() => void found.refetch()} />}
        {!q && <p className={styles.faint}>{t('search.help')}</p>}
        {q && found.data && (
          <Hits id={id} found={found.data} options={options} current={current} open={open} />
        )}
      </div>
    </Modal>
  );
}

/** The text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => { settle(text); }, PAUSE_MS);
    return () => { clearTimeout(timer); };
  }, [text]);
  return settled;
}
