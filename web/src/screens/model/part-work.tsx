import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { Waiting } from '../../parts/waiting';
import { modelPartQuery, type ModelDraftWhole, type ModelPart, type ModelPartSummary } from '../../queries/model-drafts';
import { NO_VOCABULARY, type Vocabulary } from '../../modeler/vocabulary';
import { vocabularyQuery } from '../../queries/vocabulary';
import { serverNow } from '../../session/clock';
import { forgetLocally, keptLocally, type Kept } from './local-keep';
import { PartEditor } from './part-editor';
import styles from './edit-step.module.css';

type Props = {
  draft: ModelDraftWhole;
  summary: ModelPartSummary;
  faultIds: string[];
  wanted: { id: string } | null;
  isReadOnly: boolean;
  onSaved: () => void;
  flush: RefObject<() => Promise<unknown>>;
};

/** One part as the server has it, and what this browser kept of it. */
export function PartWork(props: Props) {
  const { draft, summary, isReadOnly } = props;
  const part = useQuery(modelPartQuery(draft.id, summary.id));
  const vocabulary = useQuery(vocabularyQuery(draft));
  const isDrawn = summary.kind === 'bpmn';
  useEffect(() => {
    // on its way while the part itself is
    if (isDrawn) void import('../../modeler/bpmn-editor');
  }, [isDrawn]);
  if (part.error) return <Failure error={part.error} retry={() => void part.refetch()} />;
  if (!part.data || vocabulary.isPending) return <div className={styles.notes}><Waiting /></div>;
  const kept = isReadOnly ? null : keptLocally(draft.id, summary.id);
  return <Reconciled {...props} part={part.data} vocabulary={vocabulary.data ?? NO_VOCABULARY} kept={kept} />;
}

type ReconciledProps = Props & { part: ModelPart; vocabulary: Vocabulary; kept: Kept | null };

function Reconciled(props: ReconciledProps) {
  const { t } = useTranslation();
  const { draft, part } = props;
  // decided once: what is typed from here on is kept as well, and is no question
  const [kept] = useState(props.kept);
  const [choice, choose] = useState<'mine' | 'theirs' | null>(() => {
    if (!kept || kept.content === part.content) return 'theirs';
    return kept.revision === part.revision ? 'mine' : null;
  });
  if (!kept || choice === 'theirs') return <PartEditor {...props} kept={null} />;
  if (choice === 'mine') return <PartEditor {...props} kept={kept} />;
  return (
    <div className={styles.notes}>
      <Note
        tone="soon"
        title={t('model_keep.found')}
        act={
          <>
            <Button onClick={() => { choose('mine'); }}>{t('model_keep.use_mine')}</Button>
            <Button
              onClick={() => {
                forgetLocally(draft.id, part.id);
                choose('theirs');
              }}
            >
              {t('model_keep.use_theirs')}
            </Button>
          </>
        }
      >
        {t('model_keep.found_text', { time: shortTime(kept.at, serverNow()) })}
      </Note>
    </div>
  );
}
