import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { problemText } from '../../parts/problem-text';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { deleteDraft, modelDraftsQuery, type ModelDraft } from '../../queries/model-drafts';
import { serverNow } from '../../session/clock';
import { NewDraft } from './new-draft';
import styles from './models.module.css';

/** Drafts of process families: who changes what, and the way into each. */
export function Models() {
  const { t } = useTranslation();
  const drafts = useQuery(modelDraftsQuery);
  const isPhone = useIsPhone();
  const [isNew, setNew] = useState(false);
  useTitle(t('models.title'));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('models.title')}</h1>
        {!isPhone && (
          <Button type="primary" onClick={() => { setNew(true); }}>
            {t('models.new')}
          </Button>
        )}
      </div>
      <p className={styles.intro}>{t('models.intro')}</p>
      <section className={styles.sheet} aria-label={t('models.drafts')}>
        {drafts.isPending && <Waiting />}
        {drafts.isError && <Failure error={drafts.error} retry={() => void drafts.refetch()} />}
        {drafts.data?.length === 0 && <Blank title={t('models.no_drafts')}>{t('models.no_drafts_text')}</Blank>}
        {drafts.data && drafts.data.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{t('models.name')}</th>
                  <th scope="col">{t('models.family')}</th>
                  <th scope="col">{t('models.changed')}</th>
                  <th scope="col"><span className="sr-only">{t('models.delete')}</span></th>
                </tr>
              </thead>
              <tbody>
                {drafts.data.map((draft) => <DraftRow key={draft.id} draft={draft} />)}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {isNew && <NewDraft onClose={() => { setNew(false); }} />}
    </>
  );
}

function DraftRow({ draft }: { draft: ModelDraft }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: () => deleteDraft(draft.id),
    onSuccess: () => client.invalidateQueries({ queryKey: modelDraftsQuery.queryKey }),
    onError: (error) => void message.error(problemText(t, asProblem(error))),
  });
  const ask = () => {
    void modal.confirm({
      title: t('models.delete_sure', { name: draft.name }),
      content: t('models.delete_text'),
      okText: t('models.delete'),
      onOk: () => { removal.mutate(); },
    });
  };
  const { lock } = draft;
  return (
    <tr>
      <td>
        <Link to="/models/$draftId" params={{ draftId: draft.id }}>{draft.name}</Link>
        {lock && !lock.is_mine && (
          <p className={styles.remark}>{t('models.editing', { name: lock.holder.name })}</p>
        )}
        {draft.is_behind && <p className={styles.behind}>{t('models.behind')}</p>}
      </td>
      <td>{draft.family_name}</td>
      <td>
        {t('models.changed_by', { name: draft.changed_by?.name ?? '', time: shortTime(draft.changed_at, serverNow()) })}
      </td>
      <td className={table.nowrap}>
        {draft.allowed_acts.includes('delete') && (
          <Button size="small" type="text" aria-label={`${t('models.delete')} ${draft.name}`} onClick={ask}>
            {t('models.delete')}
          </Button>
        )}
      </td>
    </tr>
  );
}
