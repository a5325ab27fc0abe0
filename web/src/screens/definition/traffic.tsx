import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Input, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Definition, DiagramProcess } from '../../api/types';
import { outline } from '../../diagram/outline';
import { ProcessDiagram } from '../../diagram/process-diagram';
import { isoDay } from '../../format/dates';
import { Failure } from '../../parts/failure';
import bar from '../../parts/filter-bar.module.css';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { Waiting } from '../../parts/waiting';
import { countsQuery, heatQuery } from '../../queries/traffic';
import { TRAFFIC_VIEWS, type TrafficSearch } from '../../search';
import { useSession } from '../../session/session';
import { StandingCases } from '../operations/standing-cases';
import styles from './definition-screen.module.css';
import { Legend } from './legend';
import { factsOf, marksOf, rowsOf, type View } from './traffic-marks';
import { TrafficTable } from './traffic-table';

type Props = { definition: Definition; processes: DiagramProcess[]; onCall: (key: string) => void };

/** A version with its numbers: on the drawing, in a table that says the same, and the cases behind them. */
export function Traffic({ definition, processes, onCall }: Props) {
  const { t } = useTranslation();
  const search = useSearch({ from: '/office/definitions/$definitionId' });
  const navigate = useNavigate({ from: '/definitions/$definitionId' });
  const mayList = useSession().acts.includes('operate');
  const counts = useQuery(countsQuery(definition.id));
  const heat = useQuery(heatQuery(definition.id, search));
  const view: View = search.view ?? 'now';
  const change = (part: TrafficSearch) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const choose = (at: string, trouble?: true) => { change({ at, trouble }); };
  const order = useMemo(() => processes.flatMap(({ xml }) => outline(xml).map((step) => step.id)), [processes]);
  const rows = useMemo(
    () => rowsOf(counts.data?.elements ?? [], heat.data?.elements ?? [], order),
    [counts.data, heat.data, order],
  );
  const marks = useMemo(() => marksOf(rows, view, search.at, t), [rows, view, search.at, t]);
  const facts = useMemo(() => factsOf(rows, t), [rows, t]);
  if (counts.isError) return <Failure error={counts.error} retry={() => void counts.refetch()} />;
  if (counts.isPending) return <Waiting lines={8} />;
  return (
    <>
      <section className={styles.sheet} aria-label={t('diagram.label', { name: definition.name })}>
        <div className={bar.bar}>
          <Segmented<View>
            aria-label={t('traffic.view')}
            className={styles.views}
            value={view}
            onChange={(next) => { change({ view: next === 'now' ? undefined : next }); }}
            options={TRAFFIC_VIEWS.map((each) => ({ value: each, label: t(`traffic.view_${each}`) }))}
          />
          <Period search={search} change={change} />
          {heat.data && (
            <span className={styles.period}>
              {t('traffic.period', { from: isoDay(heat.data.from), until: lastDayOf(heat.data.until) })}
            </span>
          )}
        </div>
        {heat.isError && <Note tone="overdue" live>{problemText(t, asProblem(heat.error))}</Note>}
        <Legend rows={rows} view={view} />
        <ProcessDiagram processes={processes} withStates={false} onCall={onCall} facts={facts} marks={marks} onElement={choose} />
      </section>
      <TrafficTable rows={rows} chosen={search.at} choose={mayList ? choose : undefined} />
      {mayList && search.at && (
        <StandingCases
          search={{ definition: definition.id, at: search.at, trouble: search.trouble }}
          title={t(search.trouble ? 'traffic.cases_broken' : 'traffic.cases_at', { name: nameOf(rows, search.at) })}
        />
      )}
    </>
  );
}

/** The period ends just before this instant. */
function lastDayOf(until: string): string {
  return isoDay(new Date(Date.parse(until) - 1).toISOString());
}

function nameOf(rows: { element_id: string; element_name: string }[], id: string): string {
  return rows.find((row) => row.element_id === id)?.element_name ?? id;
}

function Period({ search, change }: { search: TrafficSearch; change: (part: TrafficSearch) => void }) {
  const { t } = useTranslation();
  return (
    <span className={styles.days}>
      {(['from', 'until'] as const).map((end) => (
        <Input
          key={end}
          type="date"
          className={styles.day}
          aria-label={t(`traffic.${end}`)}
          value={search[end] ?? ''}
          onChange={({ target }) => { change({ [end]: target.value || undefined }); }}
        />
      ))}
    </span>
  );
}
