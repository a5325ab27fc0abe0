import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { checkQuery, modelDraftQuery, type ModelDraftWhole, type ModelFault } from '../../queries/model-drafts';
import { PartList } from './part-list';
import { PartWork } from './part-work';
import { Problems } from './problems';
import styles from './edit-step.module.css';

/** A check costs the server a second: not with every key, but soon after the last save. */
const CHECK_MS = 2_500;

type Props = { draft: ModelDraftWhole; isReadOnly: boolean };

/** Parts left, the chosen one in the middle, the problems below. */
export function EditStep({ draft, isReadOnly }: Props) {
  const { t } = useTranslation();
  const { part: chosen } = useSearch({ from: '/office/models/$draftId' });
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/models/$draftId' });
  const [wanted, want] = useState<{ id: string } | null>(null);
  const flush = useRef<() => Promise<unknown>>(() => Promise.resolve());
  const check = useQuery(checkQuery(draft.id));
  const [isStale, setStale] = useState(false);
  const summary = draft.parts.find((part) => part.id === chosen) ?? first(draft);

  const { refetch } = check;
  const recheck = useCallback(async () => {
    await flush.current();
    setStale(false);
    await refetch();
  }, [refetch]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onSaved = useCallback(() => {
    setStale(true);
    void client.invalidateQueries({ queryKey: modelDraftQuery(draft.id).queryKey, exact: true });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setStale(false);
      void refetch();
    }, CHECK_MS);
  }, [client, draft.id, refetch]);
  useEffect(() => () => { clearTimeout(timer.current); }, []);

  const go = async (fault: ModelFault) => {
    const target = draft.parts.find((part) => part.path === fault.file);
    if (target && target.id !== summary?.id) {
      await navigate({ search: (known) => ({ ...known, part: target.id }) });
    }
    want({ id: fault.element_id });
  };
  const faults = check.data ?? [];
  return (
    <>
      <div className={styles.work}>
        <PartList draft={draft} chosen={summary?.id} faults={faults} isReadOnly={isReadOnly} />
        {summary ? (
          <PartWork
            key={summary.id}
            draft={draft}
            summary={summary}
            faultIds={faults.filter((fault) => fault.file === summary.path).map((fault) => fault.element_id)}
            wanted={wanted}
            isReadOnly={isReadOnly}
            onSaved={onSaved}
            flush={flush}
          />
        ) : (
          <Blank title={t('model_part.choose')}>{t('model_part.choose_text')}</Blank>
        )}
      </div>
      <Problems
        faults={check.data}
        isChecking={check.isFetching}
        isStale={isStale}
        error={check.error}
        onCheck={() => void recheck()}
        onGo={(fault) => void go(fault)}
      />
    </>
  );
}

function first(draft: ModelDraftWhole) {
  const models = draft.parts.filter((part) => part.kind === 'bpmn' && part.state !== 'removed');
  return models.find((part) => part.path === `bpmn/${draft.family}.bpmn`) ?? models[0];
}
