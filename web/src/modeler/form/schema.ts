import type { Part } from './fields';

export type Row = { part: Part; depth: number };

/** Every component in the order in which it is drawn, the form itself first. */
export function rowsOf(part: Part, depth = 0): Row[] {
  return [{ part, depth }, ...(part.components ?? []).flatMap((child) => rowsOf(child, depth + 1))];
}

export function find(root: Part, id: string | undefined): Part | undefined {
  return rowsOf(root).find(({ part }) => part.id === id)?.part;
}

function idsOf(part: Part, into = new Set<string>()): Set<string> {
  if (part.id) into.add(part.id);
  for (const child of part.components ?? []) idsOf(child, into);
  return into;
}

/**
 * The schema as it is written: form-js gives an id to everything that it draws, and what it gave is
 * no property of the form. Keys keep their order, new ones come last.
 */
export function written(edited: Part, original: Part): string {
  const known = idsOf(original);
  const bare = (part: Part, isRoot: boolean): Record<string, unknown> => {
    const { id, components, ...rest } = part;
    const keepsId = isRoot ? id !== undefined : known.has(id);
    return {
      ...(keepsId ? { id } : {}),
      ...rest,
      ...(components ? { components: components.map((child) => bare(child, false)) } : {}),
    };
  };
  return `${JSON.stringify(bare(edited, true), null, 2)}\n`;
}
