import type { Instance } from '../../api/types';

/** The unit a case is about, where the family has one; tasks carry it as well. */
export function unitOf(instance: Instance): string | undefined {
  const party = instance.parties.find((one) => one.relation === 'unit');
  return party?.organisation.name ?? instance.open_tasks[0]?.instance.unit_name ?? undefined;
}
