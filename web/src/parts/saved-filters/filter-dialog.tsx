import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { savedFilters, savedFiltersQuery, type ListView } from '../../queries/desk';
import { useSession } from '../../session/session';
import { Note } from '../note';
import { problemText } from '../problem-text';
import styles from './filter-dialog.module.css';

const MINE = 'mine';

type Props = {
  view: ListView;
  /** the same in words */
  said: string;
  /** a name to begin with */
  name?: string;
  close: () => void;
};

/** Keeps what the list shows now under a name, for oneself or for one's unit; takes filters away. */
export default function FilterDialog({ view, said, name: first = '', close }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { posts } = useSession();
  const { data: saved = [] } = useQuery(savedFiltersQuery(view.of));
  const [name, setName] = useState(first);
  const [shared, share] = useState(MINE);
  const places = [...new Map(posts.map((post) => [post.organisation.id, post.organisation.name]))];
  const settle = () => client.invalidateQueries(savedFiltersQuery(view.of));
  const keep = useMutation({
    mutationFn: () =>
      savedFilters.keep({ ...view, name, organisation_id: shared === MINE ? null : shared }),
    onSuccess: async () => {
      await settle();
      void message.success(t('kept_filter.kept', { name }));
      close();
    },
  });
  const drop = useMutation({ mutationFn: savedFilters.drop, onSettled: settle });
  const error = keep.error ?? drop.error;
  const own = saved.filter((one) => one.allowed_acts.includes('delete'));
  return (
    <Modal open title={t('kept_filter.title')} okText={t('kept_filter.keep')} onCancel={close}
      okButtonProps={{ disabled: !name.trim(), loading: keep.isPending }} onOk={() => { keep.mutate(); }}>
      <div className={styles.body}>
        {error && <Note tone="overdue" live>{problemText(t, asProblem(error))}</Note>}
        <p>{said}</p>
        <div>
          <label htmlFor={`${id}-name`}>{t('kept_filter.name')}</label>
          <Input id={`${id}-name`} maxLength={40} value={name} onChange={(event) => { setName(event.target.value); }} />
        </div>
        <div>
          <label htmlFor={`${id}-share`}>{t('kept_filter.share')}</label>
          <Select id={`${id}-share`} className={styles.wide} value={shared} onChange={share}
            options={[{ value: MINE, label: t('kept_filter.only_me') }, ...places.map(([value, label]) => ({ value, label }))]} />
        </div>
        {own.length > 0 && (
          <ul className={styles.list} aria-label={t('kept_filter.mine')}>
            {own.map((one) => (
              <li key={one.id}>
                <span>{one.name} {one.organisation && <small>{one.organisation.name}</small>}</span>
                <Button size="small" type="text" aria-label={t('kept_filter.drop_one', { name: one.name })}
                  onClick={() => { drop.mutate(one.id); }}>{t('phrase.drop')}</Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Modal>
  );
}
