import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../../diagram/canvas.css';
import './linked-pair.css';

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { decorate, type Mark } from '../../diagram/marks';
import { translateModule } from '../../diagram/translate';
import { EXTENSIONS } from '../../modeler/create-modeler';
import { approach, goTo } from '../../modeler/navigation';
import { service } from '../../modeler/services';
import { Note } from '../../parts/note';
import styles from './migration.module.css';
import type { Placed } from './pair-state';

type Viewer = Parameters<typeof approach>[0];
type Props = {
  before: string | null;
  after: string | null;
  pairs: Placed[];
  /** the element of the old version that is looked at */
  chosen: string | undefined;
  choose: (source: string) => void;
};

const STATES = ['mapped', 'unplaced', 'invalid'] as const;

/** Two versions side by side: what one points at or chooses on one side is marked on the other. */
export function LinkedPair({ before, after, pairs, chosen, choose }: Props) {
  const { t } = useTranslation();
  const [under, hover] = useState<string>();
  const sourceOf = useMemo(
    () => new Map(pairs.flatMap((pair) => (pair.target ? [[pair.target, pair.source] as const] : []))),
    [pairs],
  );
  const known = useMemo(() => new Set(pairs.map((pair) => pair.source)), [pairs]);
  const pointed = under ?? chosen;
  const [old, now] = useMemo(() => {
    const left: Mark[] = pairs.map(({ source, state, tokens }) => ({
      id: source,
      marker: `is-${state}`,
      isChosen: source === pointed,
      badges: [
        ...(tokens > 0 ? [{ kind: 'waiting' as const, text: t('traffic.badge_waiting', { count: tokens }) }] : []),
        ...(state === 'unplaced' || state === 'invalid' ? [{ kind: 'incident' as const, text: t(`migrations.badge_${state}`) }] : []),
      ],
    }));
    const right: Mark[] = pairs.flatMap(({ source, target, state }) =>
      target ? [{ id: target, marker: `is-${state}`, isChosen: source === pointed }] : [],
    );
    return [left, right];
  }, [pairs, pointed, t]);
  const target = pairs.find((pair) => pair.source === chosen)?.target ?? undefined;
  return (
    <>
      <div className={styles.pair}>
        <Side
          title={t('migrations.source')} xml={before} marks={old} wanted={chosen}
          hover={(id) => { hover(id && known.has(id) ? id : undefined); }}
          choose={(id) => { if (known.has(id)) choose(id); }}
        />
        <Side
          title={t('migrations.target')} xml={after} marks={now} wanted={target}
          hover={(id) => { hover(id && sourceOf.get(id)); }}
          choose={(id) => { const source = sourceOf.get(id); if (source) choose(source); }}
        />
      </div>
      <ul className={styles.legend} aria-label={t('diagram.legend')}>
        {STATES.map((state) => <li key={state} data-state={state}>{t(`migrations.pair_${state}`)}</li>)}
      </ul>
    </>
  );
}

type SideProps = {
  title: string;
  xml: string | null;
  marks: Mark[];
  wanted: string | undefined;
  hover: (id: string | undefined) => void;
  choose: (id: string) => void;
};

function Side({ title, xml, marks, wanted, hover, choose }: SideProps) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Viewer | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const latest = useRef({ hover, choose });
  useEffect(() => {
    latest.current = { hover, choose };
  });
  // before the drawing's own effect, so that its marks are gone before the drawing is
  useEffect(() => (drawn ? decorate(drawn, marks) : undefined), [drawn, marks]);
  useEffect(() => {
    if (drawn && wanted) goTo(drawn, wanted);
  }, [drawn, wanted]);
  useEffect(() => {
    if (!place.current || xml === null) return undefined;
    const viewer = new NavigatedViewer({
      container: place.current, additionalModules: [translateModule(i18n.language)], moddleExtensions: EXTENSIONS,
    }) as unknown as Viewer;
    let isGone = false;
    viewer.importXML(xml).then(
      () => {
        if (isGone) return;
        approach(viewer);
        const bus = service(viewer, 'eventBus');
        const idOf = (event: Record<string, unknown>) => (event['element'] as { id: string }).id;
        bus.on('element.hover', (event) => { latest.current.hover(idOf(event)); });
        bus.on('element.out', () => { latest.current.hover(undefined); });
        bus.on('element.click', (event) => { latest.current.choose(idOf(event)); });
        setFailed(null);
        setDrawn(viewer);
      },
      (error: unknown) => {
        if (!isGone) setFailed(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isGone = true;
      setDrawn(null);
      viewer.destroy();
    };
  }, [xml, i18n.language]);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {failed !== null && <Note tone="overdue" title={t('diagram.not_drawn')}><small lang="en">{failed}</small></Note>}
      {xml === null
        ? <p className={styles.chosen}>{t('migrations.no_process')}</p>
        : (
          <div className={styles.side}>
            <div className="dudao-canvas"><div ref={place} className="dudao-canvas-place" role="group" aria-label={title} /></div>
          </div>
        )}
    </figure>
  );
}
