import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { problemText } from '../../parts/problem-text';
import { Waiting } from '../../parts/waiting';
import {
  getPart, partVersionsQuery, restorePart, versionContent, type ModelDraftWhole, type ModelPart,
} from '../../queries/model-drafts';
import { serverNow } from '../../session/clock';
import styles from './edit-step.module.css';

type Props = {
  draft: ModelDraftWhole;
  part: ModelPart;
  isReadOnly: boolean;
  onClose: () => void;
  onRestored: () => void;
};

/** Every version of a part, who saved it and why; each can be looked at and brought back. */
export function PartHistory({ draft, part, isReadOnly, onClose, onRestored }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const versions = useQuery(partVersionsQuery(draft.id, part.id));
  const [shown, show] = useState<{ number: number; content: string }>();
  const restoring = useMutation({
    // the revision of now: the page may have saved since it was opened
    mutationFn: async (number: number) => restorePart(draft.id, await getPart(draft.id, part.id), number),
    onSuccess: () => {
      void message.success(t('model_part.restored'));
      onRestored();
      onClose();
    },
    onError: (error) => void message.error(problemText(t, asProblem(error))),
  });
  const look = async (number: number) => {
    show({ number, content: await versionContent(draft.id, part.id, number) });
  };
  return (
    <Drawer open size={560} title={t('model_part.history_of', { name: part.name || part.path })} onClose={onClose}>
      {versions.isPending && <Waiting />}
      {versions.isError && <Failure error={versions.error} retry={() => void versions.refetch()} />}
      {versions.data?.length === 0 && <Blank title={t('model_part.no_history')} />}
      <ul className={styles.versions}>
        {versions.data?.map((version) => (
          <li key={version.number}>
            <strong>{t(`model_part.version_${version.kind}`)}</strong>
            <span>{version.by?.name}</span>
            <span className={styles.faint}>{shortTime(version.at, serverNow())}</span>
            <span className={styles.gap} />
            <Button size="small" onClick={() => void look(version.number)}>{t('model_part.show')}</Button>
            {!isReadOnly && (
              <Button size="small" loading={restoring.isPending} onClick={() => { restoring.mutate(version.number); }}>
                {t('model_part.restore')}
              </Button>
            )}
            {version.note && <p>{version.note}</p>}
            {shown?.number === version.number && <pre className={styles.source}>{shown.content}</pre>}
          </li>
        ))}
      </ul>
    </Drawer>
  );
}
