import { useNavigate } from '@tanstack/react-router';

import type { Found } from '../../api/types';

export type Option = { kind: 'cases' | 'papers' | 'organisations'; id: string; name: string; facts: string; instanceId?: string };

/** What can be opened, in the order in which it is shown. */
export function optionsOf(found: Found): Option[] {
  return [
    ...found.cases.map((row): Option => ({
      kind: 'cases',
      id: row.id,
      name: row.title,
      facts: [row.business_key, row.unit_name].filter(Boolean).join(' '),
    })),
    ...found.papers.map((row): Option => ({
      kind: 'papers',
      id: row.id,
      name: row.title,
      facts: row.number,
      instanceId: row.instance_id,
    })),
    ...found.organisations.map((row): Option => ({
      kind: 'organisations',
      id: row.id,
      name: row.name,
      facts: row.code,
    })),
  ];
}

/** A case opens, a paper opens in its case, a unit opens the list of its cases. */
export function useOpen(close: () => void): (option: Option) => void {
  const navigate = useNavigate();
  return (option) => {
    close();
    if (option.kind === 'organisations') {
      void navigate({ to: '/cases', search: { unit: option.id } });
    } else {
      const instanceId = option.instanceId ?? option.id;
      const search = option.kind === 'papers' ? { panel: 'documents' as const, paper: option.id } : {};
      void navigate({ to: '/cases/$instanceId', params: { instanceId }, search });
    }
  };
}
