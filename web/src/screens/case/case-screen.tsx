import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { DiagramPanel } from '../../parts/diagram-panel';
import { Documents } from '../../parts/documents';
import { Failure } from '../../parts/failure';
import { HistoryPanel } from '../../parts/history-panel';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { instanceQuery } from '../../queries/instances';
import { dossierQuery } from '../../queries/supervision';
import { CASE_PANELS, type CasePanel } from '../../search';
import { CaseComments } from './case-comments';
import { CaseHead } from './case-head';
import { CaseRail } from './case-rail';
import { Clocks } from './clocks';
import { LinkedCases } from './linked-cases';
import { Overview } from './overview';
import { ProblemTable } from './problem-table';
import { StageLine } from './stage-line';
import styles from './case-screen.module.css';

/** What only a case of supervision has. */
const OF_DOSSIER = new Set<CasePanel>(['problems', 'documents', 'linked']);

/** One case: where it stands, what is open, what is on record. */
export function CaseScreen() {
  const { t } = useTranslation();
  const { instanceId } = useParams({ from: '/office/cases/$instanceId' });
  const { panel = 'overview', paper, at } = useSearch({ from: '/office/cases/$instanceId' });
  const navigate = useNavigate({ from: '/cases/$instanceId' });
  const { data: instance, error, isPending, refetch } = useQuery(instanceQuery(instanceId));
  const { data: dossier } = useQuery(dossierQuery(instanceId, instance?.family));
  useTitle(instance?.title);
  if (isPending) return <Waiting lines={8} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  // from a step of the drawing to its record and back, each with its address
  const show = (next: CasePanel, element: string) =>
    void navigate({ search: { panel: next, at: element }, resetScroll: false });
  const contents: Record<CasePanel, ReactNode> = {
    overview: <Overview instance={instance} dossier={dossier ?? null} />,
    problems: dossier?.problems.length ? (
      <ProblemTable problems={dossier.problems} />
    ) : (
      <Blank title={t('problems.none')}>{t('problems.none_text')}</Blank>
    ),
    documents: dossier?.documents.length ? (
      <Documents documents={dossier.documents} first={paper} />
    ) : (
      <Blank title={t('files.none')}>{t('files.none_text')}</Blank>
    ),
    clocks: <Clocks instanceId={instanceId} />,
    linked: dossier ? <LinkedCases dossier={dossier} /> : null,
    comments: <CaseComments instanceId={instanceId} />,
    history: <HistoryPanel instanceId={instanceId} at={at} onElement={(element) => { show('diagram', element); }} />,
    diagram: <DiagramPanel instanceId={instanceId} at={at} onElement={(element) => { show('history', element); }} />,
  };
  const panels = CASE_PANELS.filter((key) => dossier ?? !OF_DOSSIER.has(key));
  return (
    <div>
      <Link to="/cases" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t('case.back')}
      </Link>
      <CaseHead instance={instance} dossier={dossier ?? null} />
      {dossier && <StageLine dossier={dossier} />}
      <div className={styles.zones}>
        <section className={styles.sheet} aria-label={t('case.record')}>
          <Tabs
            activeKey={panel}
            onChange={(key) =>
              void navigate({
                search: { panel: key === 'overview' ? undefined : (key as CasePanel) },
                replace: true,
                resetScroll: false,
              })
            }
            destroyOnHidden
            items={panels.map((key) => ({
              key,
              label: t(`case_panel.${key}`, { count: countOf(key, dossier ?? null) }),
              children: contents[key],
            }))}
          />
        </section>
        <CaseRail instance={instance} />
      </div>
    </div>
  );
}

type Dossier = { problems: unknown[]; documents: unknown[]; linked: unknown[] } | null;

function countOf(key: CasePanel, dossier: Dossier): number {
  if (key === 'problems') return dossier?.problems.length ?? 0;
  if (key === 'linked') return dossier?.linked.length ?? 0;
  return key === 'documents' ? (dossier?.documents.length ?? 0) : 0;
}
