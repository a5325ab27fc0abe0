import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { familiesQuery } from '../../queries/instances';

/** The family whose rules are open; at first the one that the installation is for. */
export function useFamily() {
  const { data: families = [] } = useQuery(familiesQuery);
  const [chosen, choose] = useState<string>();
  const first = families.find((family) => family.key === 'supervision') ?? families[0];
  return { families, family: chosen ?? first?.key ?? '', choose };
}
