import type { Option, Vocabulary } from '../modeler/vocabulary';
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

/** What the files of a draft themselves tell, where the server's list cannot be had. */
export async function vocabularyOf(draft: ModelDraftWhole): Promise<Vocabulary> {
  const parts = draft.parts.filter((part) => part.state !== 'removed');
  const content = async (kind: string) => {
    const part = parts.find((each) => each.kind === kind);
    return part ? ((await getPart(draft.id, part.id)).content ?? '') : '';
  };
  const [manifest, deadlines] = await Promise.all([content('manifest'), content('deadlines')]);
  const files = (kind: string, strip: RegExp): Option[] =>
    parts
      .filter((part) => part.kind === kind)
      .map((part) => {
        const value = part.path.replace(strip, '').replace(/\.\w+$/, '');
        return { value, label: part.name || value };
      });
  return {
    groups: named(manifest, 'roles'),
    protections: named(manifest, 'protected'),
    deadlines: [...named(deadlines, 'deadlines'), ...named(manifest, 'deadlines')],
    forms: files('form', /^forms\//),
    processes: files('bpmn', /^bpmn\//),
    decisions: files('dmn', /^dmn\//),
    handlers: [],
  };
}
