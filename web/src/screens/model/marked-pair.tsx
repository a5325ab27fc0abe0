import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../../diagram/canvas.css';
import './marked-pair.css';

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { diff } from 'bpmn-js-differ';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { translateModule } from '../../diagram/translate';
import { EXTENSIONS } from '../../modeler/create-modeler';
import { approach, goTo } from '../../modeler/navigation';
import { service } from '../../modeler/services';
import { Note } from '../../parts/note';
import styles from './compare-step.module.css';

type Props = {
  before: string | null;
  after: string | null;
  /** the element to show on both sides */
  wanted: { id: string } | null;
};
type Viewer = Parameters<typeof approach>[0];

/** Two drawings of one file, moved together; what was added, removed, changed, moved is marked. */
export function MarkedPair({ before, after, wanted }: Props) {
  const { t, i18n } = useTranslation();
  const left = useRef<HTMLDivElement>(null);
  const right = useRef<HTMLDivElement>(null);
  const [viewers, setViewers] = useState<Viewer[]>([]);
  const [first, setFirst] = useState<{ id: string } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    const made: Viewer[] = [];
    let isGone = false;
    const draw = async (container: HTMLElement | null, xml: string | null): Promise<Viewer | null> => {
      if (!container || xml === null) return null;
      const viewer = new NavigatedViewer({
        container, additionalModules: [translateModule(i18n.language)], moddleExtensions: EXTENSIONS,
      }) as unknown as Viewer;
      made.push(viewer);
      await viewer.importXML(xml);
      return viewer;
    };
    const show = async () => {
      const [old, now] = await Promise.all([draw(left.current, before), draw(right.current, after)]);
      if (isGone) return;
      for (const viewer of made) approach(viewer);
      if (old && now) {
        setFirst(mark(old, now));
        together(old, now);
      }
      setFailed(null);
      setViewers([old, now].filter((viewer) => viewer !== null));
    };
    show().catch((error: unknown) => {
      if (!isGone) setFailed(error instanceof Error ? error.message : String(error));
    });
    return () => {
      isGone = true;
      setViewers([]);
      for (const viewer of made) viewer.destroy();
    };
  }, [before, after, i18n.language]);
  useEffect(() => {
    const target = wanted ?? first;
    if (target) for (const viewer of viewers) goTo(viewer, target.id);
  }, [viewers, wanted, first]);
  return (
    <>
      {failed !== null && <Note tone="overdue" title={t('diagram.not_drawn')}><small lang="en">{failed}</small></Note>}
      <div className={styles.pair}>
        <figure>
          <figcaption>{t('model_compare.live')}</figcaption>
          {before === null
            ? <p className={styles.nothing}>{t('model_compare.no_live')}</p>
            : <div ref={left} className={`dudao-canvas ${styles.side}`} role="group" aria-label={t('model_compare.live')} />}
        </figure>
        <figure>
          <figcaption>{t('model_compare.draft')}</figcaption>
          {after === null
            ? <p className={styles.nothing}>{t('model_part.is_removed')}</p>
            : <div ref={right} className={`dudao-canvas ${styles.side}`} role="group" aria-label={t('model_compare.draft')} />}
        </figure>
      </div>
      <ul className={styles.legend}>
        {(['added', 'removed', 'changed', 'moved'] as const).map((each) => (
          <li key={each} data-mark={each}>{t(`model_compare.mark_${each}`)}</li>
        ))}
      </ul>
    </>
  );
}

/** Marks both; answers the first element that is new or says something else. */
function mark(old: Viewer, now: Viewer): { id: string } | null {
  const { _added, _removed, _changed, _layoutChanged } = diff(old.getDefinitions(), now.getDefinitions());
  const put = (viewer: Viewer, ids: string[], marker: string) => {
    const registry = service(viewer, 'elementRegistry');
    for (const id of ids) if (registry.get(id)?.parent) service(viewer, 'canvas').addMarker(id, marker);
  };
  put(now, Object.keys(_added), 'is-added');
  put(old, Object.keys(_removed), 'is-removed');
  for (const viewer of [old, now]) {
    put(viewer, Object.keys(_layoutChanged), 'is-moved');
    put(viewer, Object.keys(_changed), 'is-changed');
  }
  const registry = service(now, 'elementRegistry');
  const id = [...Object.keys(_added), ...Object.keys(_changed)].find((each) => registry.get(each)?.parent);
  return id === undefined ? null : { id };
}

/** Moving one moves the other. */
function together(one: Viewer, other: Viewer): void {
  let isFollowing = false;
  const follow = (from: Viewer, to: Viewer) => () => {
    if (isFollowing) return;
    isFollowing = true;
    const { x, y, width, height } = service(from, 'canvas').viewbox() as unknown as {
      x: number; y: number; width: number; height: number;
    };
    service(to, 'canvas').viewbox({ x, y, width, height });
    isFollowing = false;
  };
  service(one, 'eventBus').on('canvas.viewbox.changed', follow(one, other));
  service(other, 'eventBus').on('canvas.viewbox.changed', follow(other, one));
}
