import { useInfiniteQuery, useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Waiting } from '../../parts/waiting';
import { definitionsQuery, definitionXmlQuery } from '../../queries/definitions';
import type { Change } from '../../queries/model-drafts';
import { ChangeList } from './change-list';
import { MarkedPair } from './marked-pair';
import styles from './compare-step.module.css';

/** One drawing; without `before` it is compared with the live version's. */
export type File = { path: string; name: string; query: UseQueryOptions<string | null>; before?: string | null };
type Props = { changes: Change[]; files: File[] };

/** A process is called as its file. */
function keyOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.bpmn$/, '');
}

/** What changed: in words, and drawn side by side file by file. */
export function Comparison({ changes, files }: Props) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<string>();
  // the first change of the file that is shown first is what one came to see
  const [wanted, want] = useState<{ id: string } | null>(() => {
    const first = changes.find((change) => change.process === keyOf(files[0]?.path ?? '') && change.subject === 'element');
    return first ? { id: first.id } : null;
  });
  if (changes.length === 0 && files.length === 0) {
    return <Blank title={t('model_compare.none')}>{t('model_compare.none_text')}</Blank>;
  }
  const file = files.find((each) => each.path === chosen) ?? files[0];
  const go = (change: Change) => {
    const target = files.find((each) => keyOf(each.path) === change.process);
    if (!target) return;
    choose(target.path);
    // a flow is named by its two ends: its source is shown
    want({ id: change.subject === 'process' ? change.process : (change.id.split(/[^\w.-]/)[0] ?? '') });
  };
  return (
    <>
      {changes.length > 0 && (
        <section>
          <h2>{t('model_compare.words')}</h2>
          <ChangeList changes={changes} onGo={go} />
        </section>
      )}
      {file && (
        <section aria-label={t('model_compare.drawing')} className={styles.changes}>
          <Select
            className={styles.choice}
            aria-label={t('model_compare.drawing')}
            value={file.path}
            options={files.map(({ path, name }) => ({ value: path, label: name }))}
            onChange={choose}
          />
          <Drawn key={file.path} file={file} wanted={wanted} />
        </section>
      )}
    </>
  );
}

type DrawnProps = { file: File; wanted: { id: string } | null };

function Drawn(props: DrawnProps) {
  const { file, wanted } = props;
  const after = useQuery(file.query);
  if (file.before === undefined) return <BesideLive {...props} after={after.data} />;
  if (after.data === undefined) return <Waiting />;
  return <MarkedPair before={file.before} after={after.data} wanted={wanted} />;
}

function BesideLive({ file, wanted, after }: DrawnProps & { after: string | null | undefined }) {
  const known = useInfiniteQuery(definitionsQuery);
  const live = known.data?.pages.flatMap((page) => page.items).find((each) => each.key === keyOf(file.path));
  const before = useQuery({ ...definitionXmlQuery(live?.id ?? ''), enabled: live !== undefined });
  if (after === undefined || !known.data || (live && before.data === undefined)) return <Waiting />;
  return <MarkedPair before={before.data ?? null} after={after} wanted={wanted} />;
}
