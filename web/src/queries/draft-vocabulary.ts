import type { Option } from '../modeler/vocabulary';
import { getPart, type ModelDraftWhole } from './model-drafts';

/** The tables `[prefix.key]` of a parameter file, or its `[[prefix]]` rows, with their names. */
export function named(toml: string, prefix: string): Option[] {
  const found: Option[] = [];
  let current: Option | null = null;
  for (const line of toml.split('\n')) {
    const table = /^\s*\[\[?\s*([\w.]+)\s*\]\]?/.exec(line)?.[1];
    if (table !== undefined) {
      const key = table === prefix ? '' : table.startsWith(`${prefix}.`) ? table.slice(prefix.length + 1) : null;
      current = key === null || key.includes('.') ? null : { value: key, label: key };
      if (current) found.push(current);
      continue;
    }
    const entry = /^\s*(key|name)\s*=\s*"([^"]*)"/.exec(line);
    if (!current || !entry) continue;
    if (entry[1] === 'key') current.value = entry[2] ?? '';
    else current.label = entry[2] ?? '';
  }
  return found.filter((option) => option.value !== '');
}

/** Whom forms may protect (`[protected.…]`), as the draft's own manifest names them. */
export async function protectionsOf(draft: ModelDraftWhole): Promise<Option[]> {
  const manifest = draft.parts.find((part) => part.kind === 'manifest');
  if (!manifest) return [];
  return named((await getPart(draft.id, manifest.id)).content ?? '', 'protected');
}
