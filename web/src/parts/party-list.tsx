import type { Instance } from '../api/types';
import styles from './party-list.module.css';

type Row = { name: string; values: string[] };

/** People and organisations by their part in the case; equal parts are named once. */
export function PartyList({ first, parties }: { first: Row[]; parties: Instance['parties'] }) {
  const byRelation = new Map<string, string[]>();
  for (const party of parties) {
    const names = byRelation.get(party.relation_name) ?? [];
    const name = party.person?.name ?? party.organisation.name;
    byRelation.set(party.relation_name, [...names, name]);
  }
  const rows = [...first, ...[...byRelation].map(([name, values]) => ({ name, values }))];
  return (
    <dl className={styles.list}>
      {rows
        .filter((row) => row.values.length > 0)
        .map((row) => (
          <div key={row.name}>
            <dt>{row.name}</dt>
            {[...new Set(row.values)].map((value) => (
              <dd key={value}>{value}</dd>
            ))}
          </div>
        ))}
    </dl>
  );
}
