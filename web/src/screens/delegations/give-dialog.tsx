import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { isoDay } from '../../format/dates';
import { Note } from '../../parts/note';
import { OpinionField } from '../../parts/phrases/opinion-field';
import { problemText } from '../../parts/problem-text';
import { candidatesQuery, delegations, delegationsQuery } from '../../queries/delegations';
import { serverNow } from '../../session/clock';
import { useSession } from '../../session/session';
import styles from './delegations.module.css';

/** 离岗委托: to whom, from when to when, with which posts, why. */
export function GiveDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { posts } = useSession();
  const today = isoDay(serverNow());
  const [q, setQ] = useState('');
  const [to, setTo] = useState<string>();
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState('');
  const [chosen, choose] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const people = useQuery(candidatesQuery(q));
  const give = useMutation({
    mutationFn: () =>
      delegations.give({
        kind: 'act',
        to: to ?? '',
        from_on: from,
        until_on: until,
        posts: posts
          .filter((post) => chosen.includes(`${post.group} ${post.organisation.id}`))
          .map((post) => ({ group: post.group, organisation_id: post.organisation.id })),
        reason: reason.trim(),
      }),
    onSuccess: () => {
      void client.invalidateQueries(delegationsQuery);
      void message.success(t('delegation.given'));
      close();
    },
  });
  const problem = give.error && asProblem(give.error);
  const isReady = Boolean(to && from && until && reason.trim());
  return (
    <Modal open title={t('delegation.give')} okText={t('delegation.give')} onCancel={close}
      okButtonProps={{ disabled: !isReady, loading: give.isPending }} onOk={() => { give.mutate(); }}>
      <div className={styles.body}>
        {problem && (
          <Note tone="overdue" live title={t('hand.refused')}>
            {problemText(t, problem)} {problem.faults.map((fault) => fault.detail).join(' ')}
          </Note>
        )}
        <p>{t('delegation.text')}</p>
        <div>
          <label htmlFor={`${id}-to`}>{t('delegation.to')}</label>
          <Select id={`${id}-to`} className={styles.wide} value={to} onChange={setTo}
            showSearch={{ filterOption: false, onSearch: setQ }} loading={people.isFetching}
            notFoundContent={people.isFetching ? t('waiting') : t('delegation.nobody')}
            options={people.data?.map((one) => ({ value: one.id, label: one.name, title: one.name }))} />
        </div>
        <div className={styles.row}>
          <div>
            <label htmlFor={`${id}-from`}>{t('delegation.from_on')}</label>
            <Input id={`${id}-from`} type="date" min={today} value={from} onChange={(event) => { setFrom(event.target.value); }} />
          </div>
          <div>
            <label htmlFor={`${id}-until`}>{t('delegation.until_on')}</label>
            <Input id={`${id}-until`} type="date" min={from} value={until} onChange={(event) => { setUntil(event.target.value); }} />
          </div>
        </div>
        <div>
          <label htmlFor={`${id}-posts`}>{t('delegation.posts')}</label>
          <Select id={`${id}-posts`} className={styles.wide} mode="multiple" value={chosen} onChange={choose}
            placeholder={t('delegation.all_posts')}
            options={posts.map((post) => ({
              value: `${post.group} ${post.organisation.id}`,
              label: `${post.organisation.name} ${post.title || post.group_name}`,
            }))} />
        </div>
        <OpinionField label={t('delegation.reason')} value={reason} onChange={setReason} isRequired withPhrases={false} />
      </div>
    </Modal>
  );
}
