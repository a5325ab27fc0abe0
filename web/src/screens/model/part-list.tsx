import { ExclamationCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ModelDraftWhole, ModelFault, ModelPartSummary } from '../../queries/model-drafts';
import { NewPart } from './new-part';
import { NEW_KINDS, type NewKind } from './templates';
import styles from './edit-step.module.css';

const KINDS = ['bpmn', 'form', 'dmn', 'deadlines', 'manifest'] as const;

type Props = { draft: ModelDraftWhole; chosen: string | undefined; faults: ModelFault[]; isReadOnly: boolean };

/** What a family consists of, by kind; what was changed here says so. */
export function PartList({ draft, chosen, faults, isReadOnly }: Props) {
  const { t } = useTranslation();
  const [isNew, setNew] = useState<NewKind>();
  const canAdd = (kind: string): kind is NewKind => !isReadOnly && NEW_KINDS.some((each) => each === kind);
  return (
    <nav className={styles.parts} aria-label={t('model_part.parts')}>
      {KINDS.filter((kind) => canAdd(kind) || draft.parts.some((part) => part.kind === kind)).map((kind) => (
        <section key={kind}>
          <h3>
            {t(`model_part.${kind}`)}
            {canAdd(kind) && (
              <Button
                size="small" type="text" icon={<PlusOutlined />}
                aria-label={`${t('model_part.new')} ${t(`model_part.${kind}`)}`}
                onClick={() => { setNew(kind); }}
              />
            )}
          </h3>
          <ul>
            {draft.parts.filter((part) => part.kind === kind).map((part) => (
              <li key={part.id}>
                <PartLink
                  draftId={draft.id}
                  part={part}
                  isChosen={part.id === chosen}
                  count={faults.filter((fault) => fault.file === part.path).length}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {isNew && <NewPart draft={draft} kind={isNew} onClose={() => { setNew(undefined); }} />}
    </nav>
  );
}

type LinkProps = { draftId: string; part: ModelPartSummary; isChosen: boolean; count: number };

function PartLink({ draftId, part, isChosen, count }: LinkProps) {
  const { t } = useTranslation();
  return (
    <Link
      to="/models/$draftId"
      params={{ draftId }}
      search={{ part: part.id }}
      className={styles.part}
      aria-current={isChosen ? 'true' : undefined}
    >
      <span className={part.state === 'removed' ? styles.removed : undefined}>{part.name || part.path}</span>
      {part.state !== 'same' && <span className={styles.state}>{t(`model_part.${part.state}`)}</span>}
      {count > 0 && (
        <span className={styles.faults}>
          <ExclamationCircleOutlined aria-hidden /> {count}
          <span className="sr-only">{t('model_problems.count', { count })}</span>
        </span>
      )}
    </Link>
  );
}
