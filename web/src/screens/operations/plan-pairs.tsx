import { useQueries, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Waiting } from '../../parts/waiting';
import { definitionXmlQuery } from '../../queries/definitions';
import type { MigrationPlan, PlanFault, PlanPair } from '../../queries/migrations';
import { countsQuery, versionsQuery } from '../../queries/traffic';
import { LinkedPair } from './linked-pair';
import styles from './migration.module.css';
import { keyOf, namesOf, placed, type Placed } from './pair-state';
import { PairTable } from './pair-table';

type Props = {
  plan: MigrationPlan;
  pairs: PlanPair[];
  faults: PlanFault[];
  edit: (place: number, target: string | null) => void;
};

/** The plan, process by process: both versions drawn, linked, and the same as a table. */
export function PlanPairs({ plan, pairs, faults, edit }: Props) {
  const { t } = useTranslation();
  const { data: before } = useQuery(versionsQuery({ deployment_id: plan.from }));
  const { data: after } = useQuery(versionsQuery({ deployment_id: plan.to }));
  const standing = (before ?? []).filter((version) => version.tokens > 0);
  const tokensAt = useQueries({
    queries: standing.map((version) => countsQuery(version.id)),
    combine: (results) =>
      results.flatMap((result, place) =>
        (result.data?.elements ?? [])
          .filter((element) => element.tokens > 0)
          .map((element) => [keyOf(standing[place]?.key ?? '', element.element_id), element.tokens] as const),
      ),
  });
  const all = useMemo(() => placed(pairs, faults, new Map(tokensAt)), [pairs, faults, tokensAt]);
  const [wanted, want] = useState<string>();
  const processes = [...new Set(pairs.map((pair) => pair.process))];
  const process = wanted ?? firstOf(all) ?? processes[0];
  if (!before || !after) return <Waiting lines={8} />;
  const nameOf = (key: string) => before.find((version) => version.key === key)?.name ?? key;
  return (
    <>
      {processes.length > 1 && (
        <p className={styles.process}>
          <Select
            aria-label={t('migrations.process')}
            popupMatchSelectWidth={false}
            value={process}
            onChange={want}
            options={processes.map((key) => ({ value: key, label: labelOf(nameOf(key), all.filter((pair) => pair.process === key)) }))}
          />
        </p>
      )}
      {process !== undefined && (
        <OneProcess
          key={process}
          before={before.find((version) => version.key === process)?.id}
          after={after.find((version) => version.key === process)?.id}
          pairs={all.filter((pair) => pair.process === process)}
          edit={edit}
        />
      )}
    </>
  );

  function labelOf(name: string, own: Placed[]): string {
    const faulty = own.filter((pair) => pair.state === 'invalid' || pair.state === 'unplaced').length;
    const tokens = own.reduce((sum, pair) => sum + pair.tokens, 0);
    return [
      name,
      tokens > 0 ? t('traffic.badge_waiting', { count: tokens }) : '',
      faulty > 0 ? t('migrations.to_mend', { count: faulty }) : '',
    ].filter(Boolean).join(' · ');
  }
}

/** The process to look at first: where something is wrong, else where tokens stand. */
function firstOf(pairs: Placed[]): string | undefined {
  const wrong = pairs.find((pair) => pair.state === 'invalid' || pair.state === 'unplaced');
  const unsure = pairs.find((pair) => pair.how === 'proposed');
  return (wrong ?? unsure ?? pairs.find((pair) => pair.tokens > 0))?.process;
}

type ProcessProps = {
  before: string | undefined;
  after: string | undefined;
  pairs: Placed[];
  edit: Props['edit'];
};

function OneProcess({ before, after, pairs, edit }: ProcessProps) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<string>();
  const old = useQuery({ ...definitionXmlQuery(before ?? ''), enabled: before !== undefined });
  const now = useQuery({ ...definitionXmlQuery(after ?? ''), enabled: after !== undefined });
  const names = useMemo(() => ({ before: namesOf(old.data), after: namesOf(now.data) }), [old.data, now.data]);
  if ((before && !old.data) || (after && !now.data)) return <Waiting lines={8} />;
  const pair = pairs.find((each) => each.source === chosen);
  return (
    <>
      <LinkedPair before={old.data ?? null} after={now.data ?? null} pairs={pairs} chosen={chosen} choose={choose} />
      <p className={styles.chosen} role="status">
        {pair
          ? [
              t('migrations.looked_at', {
                source: names.before.get(pair.source) ?? pair.source,
                target: (pair.target && names.after.get(pair.target)) ?? pair.target ?? t('migrations.no_target'),
              }),
              t(`migrations.pair_${pair.state}`),
              pair.tokens > 0 ? t('traffic.badge_waiting', { count: pair.tokens }) : '',
              ...pair.reasons,
            ].filter(Boolean).join(' · ')
          : t('migrations.look_hint')}
      </p>
      <PairTable pairs={pairs} names={names} chosen={chosen} choose={choose} edit={edit} />
    </>
  );
}
